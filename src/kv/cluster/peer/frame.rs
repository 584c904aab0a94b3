//! What goes over a connection between members: frames, each with its length and a checksum.
//!
//! ```text
//! length of the body (4), kind (1), 3 zeroes, id (4), checksum of all that follows it and of
//! kind and id (4), body
//! ```
//!
//! Numbers are little-endian.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The longest body. A batch of entries is far shorter, for the log reads it in pieces.
pub(super) const LONGEST: usize = 64 << 20;

/// The longest body of whoever has not said yet who it is.
pub(super) const GREETING: usize = 16 << 10;

/// How much of the writer's backlog goes to the kernel at once.
const GATHER: usize = 256 << 10;

/// How much memory is taken for a body before any of it has come.
const TRUST: usize = 64 << 10;

const HEAD: usize = 16;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// The first one of each side: who it is.
    Hello = 1,
    /// Entries of the leader's log, one of a stream.
    Append,
    /// A vote is asked for.
    Vote,
    /// Whether a vote would be given.
    PreVote,
    /// The receiver is to become the leader.
    Transfer,
    /// A snapshot begins.
    Snapshot,
    /// A piece of it; an empty one is the end.
    Chunk,
    /// Anything else that is asked.
    Ask,
    /// What came of the frame with the same id.
    Answer,
    /// Why nothing came of it.
    Failed,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Hello,
        Self::Append,
        Self::Vote,
        Self::PreVote,
        Self::Transfer,
        Self::Snapshot,
        Self::Chunk,
        Self::Ask,
        Self::Answer,
        Self::Failed,
    ];

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// A frame.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    /// Which question, or which stream, this is of.
    pub(super) id: u32,
    pub(super) body: Vec<u8>,
}

impl Frame {
    /// Reads the body.
    pub(super) fn read<T: DeserializeOwned>(&self) -> io::Result<T> {
        decode(&self.body)
    }
}

/// Reads a body.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> io::Result<T> {
    postcard::from_bytes(body).map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))
}

/// Makes a frame of something.
pub(super) fn encode(kind: Kind, id: u32, body: &impl Serialize) -> io::Result<Vec<u8>> {
    let frame = postcard::to_extend(body, vec![0; HEAD]).map_err(io::Error::other)?;
    seal(kind, id, frame)
}

/// Makes a frame of bytes.
pub(super) fn raw(kind: Kind, id: u32, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; HEAD];
    frame.extend_from_slice(body);
    seal(kind, id, frame)
}

fn seal(kind: Kind, id: u32, mut frame: Vec<u8>) -> io::Result<Vec<u8>> {
    let (head, body) = frame.split_at_mut(HEAD);
    if body.len() > LONGEST {
        return Err(io::Error::other(format!(
            "a frame of {} bytes is too long",
            body.len()
        )));
    }
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    head[0..4].copy_from_slice(&length.to_le_bytes());
    head[4] = kind as u8;
    head[8..12].copy_from_slice(&id.to_le_bytes());
    head[12..16].copy_from_slice(&checksum(kind as u8, id, body).to_le_bytes());
    Ok(frame)
}

fn checksum(kind: u8, id: u32, body: &[u8]) -> u32 {
    let seed = u64::from(id) << 8 | u64::from(kind);
    (xxh3_64_with_seed(body, seed) >> 32) as u32
}

/// Receives a frame with a body of at most `longest`; none if the other side closed between two.
///
/// # Errors
/// The connection's, or what came is no frame.
pub(super) async fn receive(
    from: &mut (impl AsyncRead + Unpin),
    longest: usize,
) -> io::Result<Option<Frame>> {
    let mut head = [0; HEAD];
    if from.read(&mut head[..1]).await? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut head[1..]).await?;
    let number = |at: usize| {
        let bytes = head[at..at + 4].first_chunk().copied();
        u32::from_le_bytes(bytes.unwrap_or_default())
    };
    let (length, id, sum) = (number(0) as usize, number(8), number(12));
    let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
    let kind = Kind::of(head[4]).ok_or_else(|| wrong("not a frame of netpipe's members"))?;
    if length > longest {
        return Err(wrong("a frame is too long"));
    }
    let mut body = Vec::with_capacity(length.min(TRUST));
    let read = from.take(length as u64).read_to_end(&mut body).await?;
    if read < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if checksum(kind as u8, id, &body) != sum {
        return Err(wrong("a frame is damaged"));
    }
    Ok(Some(Frame { kind, id, body }))
}

/// Sends what comes through the channel until that or the connection ends.
pub(super) async fn send_all(
    mut to: impl AsyncWrite + Unpin,
    mut frames: mpsc::Receiver<Vec<u8>>,
) -> io::Result<()> {
    while let Some(mut bytes) = frames.recv().await {
        while bytes.len() < GATHER {
            match frames.try_recv() {
                Ok(more) => bytes.extend_from_slice(&more),
                Err(_) => break,
            }
        }
        to.write_all(&bytes).await?;
        to.flush().await?;
    }
    to.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn received(bytes: &[u8]) -> io::Result<Option<Frame>> {
        receive(&mut &*bytes, 1000).await
    }

    #[tokio::test]
    async fn a_frame_comes_as_it_went() {
        let bytes = encode(Kind::Ask, 7, &("what", 5_u64)).unwrap();
        let frame = received(&bytes).await.unwrap().unwrap();
        assert_eq!((frame.kind, frame.id), (Kind::Ask, 7));
        assert_eq!(frame.read::<(String, u64)>().unwrap(), ("what".into(), 5));
        assert!(received(&[]).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_flipped_bit_or_a_piece_is_no_frame() {
        let bytes = raw(Kind::Chunk, 1, b"some bytes").unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let spare = (5..8).contains(&(bit / 8));
            assert_eq!(received(&other).await.is_ok(), spare, "bit {bit}");
        }
        for length in 1..bytes.len() {
            assert!(received(&bytes[..length]).await.is_err(), "{length} bytes");
        }
        let long = raw(Kind::Chunk, 1, &[0; 1001]).unwrap();
        assert!(received(&long).await.is_err());
        assert!(
            received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                .await
                .is_err()
        );
    }
}
