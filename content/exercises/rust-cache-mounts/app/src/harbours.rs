//! High water, in minutes after midnight, and how far the water rises.

pub struct Harbour {
    name: &'static str,
    first_high: u32,
    range_centimetres: u32,
}

/// From one high water to the next: half a lunar day.
const CYCLE_MINUTES: u32 = 745;

const HARBOURS: [Harbour; 4] = [
    Harbour { name: "porto", first_high: 192, range_centimetres: 270 },
    Harbour { name: "saint-malo", first_high: 401, range_centimetres: 1070 },
    Harbour { name: "bristol", first_high: 438, range_centimetres: 1160 },
    Harbour { name: "esbjerg", first_high: 77, range_centimetres: 150 },
];

pub fn find(name: &str) -> Option<&'static Harbour> {
    HARBOURS.iter().find(|harbour| harbour.name == name)
}

impl Harbour {
    pub fn to_json(&self) -> String {
        format!(
            r#"{{"harbour":"{}","high":["{}","{}"],"rangeCentimetres":{}}}"#,
            self.name,
            clock(self.first_high),
            clock(self.first_high + CYCLE_MINUTES),
            self.range_centimetres,
        )
    }
}

fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::{clock, find};

    #[test]
    fn tells_both_high_waters_of_a_day() {
        let json = find("porto").expect("porto is known").to_json();
        assert_eq!(json, r#"{"harbour":"porto","high":["03:12","15:37"],"rangeCentimetres":270}"#);
    }

    #[test]
    fn a_clock_has_two_digits_each() {
        assert_eq!(clock(5), "00:05");
        assert_eq!(clock(24 * 60 + 61), "01:01");
    }
}
