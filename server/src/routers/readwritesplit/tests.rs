mod counters;
mod failures;
mod fixture;
mod hints;
mod properties;
mod selection;
mod statements;
mod targets;
