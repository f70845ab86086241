//! Ring numbers and the birds that carry them.

#[derive(Debug, PartialEq)]
pub struct Ring {
    scheme: String,
    number: u32,
}

pub struct Bird {
    species: &'static str,
    place: &'static str,
    year: u16,
}

const BIRDS: [(&str, u32, Bird); 3] = [
    ("DEW", 70431, Bird { species: "barn swallow", place: "Helgoland", year: 2021 }),
    ("NLA", 12007, Bird { species: "white stork", place: "Gouda", year: 2016 }),
    ("POS", 58864, Bird { species: "common crane", place: "Biebrza", year: 2019 }),
];

/// `dew-70431` is number 70431 of the scheme DEW.
pub fn parse(text: &str) -> Result<Ring, &'static str> {
    let (scheme, number) = text.split_once('-').ok_or("a ring is written like DEW-70431")?;
    if scheme.len() != 3 || !scheme.chars().all(|letter| letter.is_ascii_alphabetic()) {
        return Err("the scheme of a ring has three letters");
    }
    let number = number.parse().map_err(|_| "the number of a ring has only digits")?;
    Ok(Ring { scheme: scheme.to_ascii_uppercase(), number })
}

pub fn find(ring: &Ring) -> Option<&'static Bird> {
    BIRDS
        .iter()
        .find(|(scheme, number, _)| *scheme == ring.scheme && *number == ring.number)
        .map(|(_, _, bird)| bird)
}

impl Bird {
    pub fn to_json(&self, ring: &Ring) -> String {
        format!(
            r#"{{"ring":"{}-{}","species":"{}","place":"{}","year":{}}}"#,
            ring.scheme, ring.number, self.species, self.place, self.year
        )
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_ring_is_read_in_any_case() {
        assert_eq!(parse("dew-70431"), parse("DEW-70431"));
    }

    #[test]
    fn says_what_is_wrong_with_a_ring() {
        assert_eq!(parse("DEW70431"), Err("a ring is written like DEW-70431"));
        assert_eq!(parse("D3W-70431"), Err("the scheme of a ring has three letters"));
        assert_eq!(parse("DEW-7x"), Err("the number of a ring has only digits"));
    }
}
