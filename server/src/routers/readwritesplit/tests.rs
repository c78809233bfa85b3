mod fixture;
mod targets;
