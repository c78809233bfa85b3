//! Dates and times (MariaDB documentation: "Result Set Packets", *TIMESTAMP Binary Encoding* and
//! *TIME Binary Encoding*).

use crate::wire::Malformed;
use crate::wire::cursor::{Cursor, put_u16, put_u32};

/// A date with or without a time of day, as the calendar shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct DateTime {
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub micros: u32,
}

impl DateTime {
    /// Reads the value with its length byte; what is left out is 0.
    pub fn decode(cursor: &mut Cursor<'_>) -> Result<Self, Malformed> {
        let len = cursor.u8()?;
        let mut it = Self::default();
        if !matches!(len, 0 | 4 | 7 | 11) {
            return Err(cursor.malformed());
        }
        if len >= 4 {
            it.year = cursor.u16()?;
            [it.month, it.day] = cursor.array()?;
        }
        if len >= 7 {
            [it.hour, it.minute, it.second] = cursor.array()?;
        }
        if len == 11 {
            it.micros = cursor.u32()?;
        }
        Ok(it)
    }

    /// Writes the value in its shortest form, as servers do.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let has_time = (self.hour, self.minute, self.second) != (0, 0, 0);
        let len = match () {
            () if self.micros != 0 => 11,
            () if has_time => 7,
            () if *self != Self::default() => 4,
            () => 0,
        };
        out.push(len);
        if len >= 4 {
            put_u16(out, self.year);
            out.extend_from_slice(&[self.month, self.day]);
        }
        if len >= 7 {
            out.extend_from_slice(&[self.hour, self.minute, self.second]);
        }
        if len == 11 {
            put_u32(out, self.micros);
        }
    }
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct TimeSpan {
    pub is_negative: bool,
    pub days: u32,
    pub hours: u8,
    pub minutes: u8,
    pub seconds: u8,
    pub micros: u32,
}

impl TimeSpan {
    /// Reads the value with its length byte; what is left out is 0.
    pub fn decode(cursor: &mut Cursor<'_>) -> Result<Self, Malformed> {
        let len = cursor.u8()?;
        let mut it = Self::default();
        if !matches!(len, 0 | 8 | 12) {
            return Err(cursor.malformed());
        }
        if len >= 8 {
            it.is_negative = cursor.u8()? != 0;
            it.days = cursor.u32()?;
            [it.hours, it.minutes, it.seconds] = cursor.array()?;
        }
        if len == 12 {
            it.micros = cursor.u32()?;
        }
        Ok(it)
    }

    /// Writes the value in its shortest form, as servers do.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let len = match () {
            () if self.micros != 0 => 12,
            () if *self != Self::default() => 8,
            () => 0,
        };
        out.push(len);
        if len >= 8 {
            out.push(u8::from(self.is_negative));
            put_u32(out, self.days);
            out.extend_from_slice(&[self.hours, self.minutes, self.seconds]);
        }
        if len == 12 {
            put_u32(out, self.micros);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_take_their_shortest_form() {
        let date = DateTime {
            year: 2026,
            month: 11,
            day: 24,
            ..DateTime::default()
        };
        for (it, len) in [
            (DateTime::default(), 0),
            (date, 4),
            (DateTime { second: 1, ..date }, 7),
            (DateTime { micros: 1, ..date }, 11),
        ] {
            let mut out = Vec::new();
            it.encode(&mut out);
            assert_eq!(out.len(), len + 1);
            assert_eq!(DateTime::decode(&mut Cursor::new(&out, "date")), Ok(it));
            assert!(DateTime::decode(&mut Cursor::new(&out[..len], "date")).is_err());
        }
        assert!(DateTime::decode(&mut Cursor::new(&[5, 0, 0, 0, 0, 0], "date")).is_err());
    }

    #[test]
    fn spans_take_their_shortest_form() {
        let hour = TimeSpan {
            is_negative: true,
            hours: 1,
            ..TimeSpan::default()
        };
        for (it, len) in [
            (TimeSpan::default(), 0),
            (hour, 8),
            (TimeSpan { micros: 9, ..hour }, 12),
        ] {
            let mut out = Vec::new();
            it.encode(&mut out);
            assert_eq!(out.len(), len + 1);
            assert_eq!(TimeSpan::decode(&mut Cursor::new(&out, "time")), Ok(it));
            assert!(TimeSpan::decode(&mut Cursor::new(&out[..len], "time")).is_err());
        }
        assert!(TimeSpan::decode(&mut Cursor::new(&[1, 0], "time")).is_err());
    }
}
