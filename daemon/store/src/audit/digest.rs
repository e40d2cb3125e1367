//! Hashes of records and keyed hashes of ids, written in lower-case hexadecimal and read in no other spelling.
//!
//! One spelling matters: an export is compared byte for byte with what its records say, so that no byte of it can be
//! changed unnoticed.

use std::fmt;
use std::str::FromStr;

/// Not the expected number of lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("lower-case hexadecimal digits of another number were expected")]
pub struct NotHexadecimal;

macro_rules! bytes {
    ($($(#[$doc:meta])* $name:ident($length:literal);)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $length]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotHexadecimal;

            fn from_str(text: &str) -> Result<Self, NotHexadecimal> {
                decode(text).map(Self)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = std::array::TryFromSliceError;

            fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
                bytes.try_into().map(Self)
            }
        }
    )+};
}

bytes! {
    /// A SHA-256.
    Digest(32);
    /// An id nobody can read without the key: the first 16 bytes of an HMAC-SHA-256.
    Mark(16);
    /// An Ed25519 public key.
    PublicKey(32);
    /// An Ed25519 signature.
    Signature(64);
}

impl Digest {
    /// What the first record has as the hash of the one before it.
    pub const ORIGIN: Self = Self([0; 32]);
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], NotHexadecimal> {
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return Err(NotHexadecimal);
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(bytes)
}

fn digit(character: u8) -> Result<u8, NotHexadecimal> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(NotHexadecimal),
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, Mark};

    #[test]
    fn bytes_have_one_spelling() {
        let mark = Mark([0xaf; 16]);
        assert_eq!(mark.to_string().parse(), Ok(mark));
        for other in ["", "af", &"AF".repeat(16), &"ag".repeat(16), &format!(" {}", "af".repeat(16)), "ä"] {
            assert!(other.parse::<Mark>().is_err(), "{other}");
        }
        assert!(mark.to_string().parse::<Digest>().is_err());
    }
}
