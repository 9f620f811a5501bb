//! Frames as a capture file: the classic pcap format with nanosecond times, for Ethernet.
//!
//! Format: [draft-ietf-opsawg-pcap], section 4. Written little-endian, so the same home gives the
//! same file on every machine.
//!
//! [draft-ietf-opsawg-pcap]: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/

use std::io::{self, Write};

use crate::Frame;

/// Writes `frames` as a whole pcap file to `out`.
///
/// # Errors
///
/// Whatever `out` reports, and [`io::ErrorKind::InvalidInput`] for a frame too long or too late
/// for the format (4 GiB, the year 2106).
pub fn write<W: Write + ?Sized>(
    frames: impl IntoIterator<Item = Frame>,
    out: &mut W,
) -> io::Result<()> {
    const NANOSECOND_MAGIC: u32 = 0xa1b2_3c4d;
    const VERSION: [u16; 2] = [2, 4];
    const SNAP_LENGTH: u32 = 262_144;
    const LINK_TYPE_ETHERNET: u32 = 1;

    out.write_all(&NANOSECOND_MAGIC.to_le_bytes())?;
    for part in VERSION {
        out.write_all(&part.to_le_bytes())?;
    }
    out.write_all(&[0; 8])?;
    out.write_all(&SNAP_LENGTH.to_le_bytes())?;
    out.write_all(&LINK_TYPE_ETHERNET.to_le_bytes())?;
    frames.into_iter().try_for_each(|frame| write_record(&frame, out))
}

fn write_record<W: Write + ?Sized>(frame: &Frame, out: &mut W) -> io::Result<()> {
    const SECOND: u64 = 1_000_000_000;

    let length = frame.bytes.len() as u64;
    for field in [frame.at / SECOND, frame.at % SECOND, length, length] {
        let field = u32::try_from(field).map_err(|_| io::ErrorKind::InvalidInput)?;
        out.write_all(&field.to_le_bytes())?;
    }
    out.write_all(&frame.bytes)
}

#[cfg(test)]
mod tests {
    use pcap_parser::{Linktype, PcapCapture, traits::PcapReaderIterator};

    use super::*;

    #[test]
    fn another_reader_gets_the_same_frames_back() {
        let frame = Frame { at: 1_773_446_400_123_456_789, bytes: vec![7; 60] };
        let mut file = Vec::new();
        write([frame.clone(), frame.clone()], &mut file).unwrap();

        let (_, header) = pcap_parser::parse_pcap_header(&file).unwrap();
        assert!(header.is_nanosecond_precision());
        assert_eq!((header.version_major, header.version_minor), (2, 4));
        assert_eq!(header.network, Linktype::ETHERNET);

        let read = PcapCapture::from_file(&file).unwrap();
        assert_eq!(read.blocks.len(), 2);
        for block in &read.blocks {
            let seconds = u64::from(block.ts_sec);
            assert_eq!(seconds * 1_000_000_000 + u64::from(block.ts_usec), frame.at);
            assert_eq!((block.data, block.origlen), (&frame.bytes[..], 60));
        }
        let reader = pcap_parser::LegacyPcapReader::new(65_536, &file[..]).unwrap();
        assert!(reader.position() <= file.len());
    }

    #[test]
    fn a_frame_after_2106_is_refused() {
        let frame = Frame { at: u64::MAX, bytes: Vec::new() };
        let error = write([frame], &mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
