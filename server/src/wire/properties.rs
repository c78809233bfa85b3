//! Properties that hold for any bytes and any values.

mod bytes;
mod round_trips;
