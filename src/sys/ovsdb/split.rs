//! Where one message ends and the next begins: OVSDB's JSON objects follow each other
//! without any mark between them (RFC 7047 section 4).

/// The most bytes of one message. All of a switch of four thousand ports is some 4 MiB.
pub const LONGEST: usize = 16 << 20;

/// The deepest nesting; OVSDB's own messages have about ten levels.
const DEEPEST: u32 = 64;

/// Finds the ends of JSON objects in bytes as they come, and looks at each byte once.
#[derive(Debug, Default)]
pub struct Splitter {
    bytes: Vec<u8>,
    /// How many of the bytes have been looked at.
    seen: usize,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

/// Why the bytes are no messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Something else than an object stands where one should begin, or it is nested too deep.
    NotJson,
    /// A message has no end within the bound.
    TooLong,
}

impl Splitter {
    /// Takes bytes that have arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message, if it is there.
    ///
    /// # Errors
    /// If what is there cannot become one.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        while let Some(byte) = self.bytes.get(self.seen).copied() {
            self.seen += 1;
            if self.step(byte)? {
                let rest = self.bytes.split_off(self.seen);
                self.seen = 0;
                return Ok(Some(std::mem::replace(&mut self.bytes, rest)));
            }
        }
        if self.depth == 0 {
            // Nothing but the space between messages.
            self.bytes.clear();
            self.seen = 0;
        }
        match self.bytes.len() > LONGEST {
            true => Err(Broken::TooLong),
            false => Ok(None),
        }
    }

    /// Looks at one byte; whether a message ends with it.
    fn step(&mut self, byte: u8) -> Result<bool, Broken> {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return Ok(false);
        }
        match byte {
            b'{' | b'[' if self.depth > 0 || byte == b'{' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                return Ok(self.depth == 0);
            }
            b'"' if self.depth > 0 => self.in_string = true,
            _ if self.depth > 0 || byte.is_ascii_whitespace() => {}
            _ => return Err(Broken::NotJson),
        }
        match self.depth > DEEPEST {
            true => Err(Broken::NotJson),
            false => Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Broken, LONGEST, Splitter};

    fn all(pieces: &[&str]) -> Result<Vec<String>, Broken> {
        let mut splitter = Splitter::default();
        let mut found = Vec::new();
        for piece in pieces {
            splitter.push(piece.as_bytes());
            while let Some(message) = splitter.next()? {
                found.push(String::from_utf8(message).unwrap().trim().to_owned());
            }
        }
        Ok(found)
    }

    #[test]
    fn messages_are_told_apart_wherever_they_are_cut() {
        let text = r#"{"a":[{"b":"}{\"\\"}]}  {"c":"["}"#;
        let both = [r#"{"a":[{"b":"}{\"\\"}]}"#, r#"{"c":"["}"#];
        assert_eq!(all(&[text]).unwrap(), both);
        for at in 0..text.len() {
            let (one, two) = text.split_at(at);
            assert_eq!(all(&[one, two]).unwrap(), both, "cut at {at}");
        }
        assert!(all(&[r#"{"never": ["ends""#]).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_message_is_refused_at_once() {
        for bad in ["HTTP/1.1 400", "[1]", "null", "}", "\"x\""] {
            assert_eq!(all(&[bad]), Err(Broken::NotJson), "{bad}");
        }
        let deep = format!("{{\"a\":{}", "[".repeat(1000));
        assert_eq!(all(&[&deep]), Err(Broken::NotJson));
        let long = format!("{{\"a\":\"{}", "x".repeat(LONGEST));
        assert_eq!(all(&[&long]), Err(Broken::TooLong));
    }
}
