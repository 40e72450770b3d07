//! A tar archive, written piece by piece (POSIX.1-1988, `ustar`): each piece is a head of 512 bytes, its bytes, and zeros up to the next
//! multiple of 512. Every program that unpacks archives reads it.

const BLOCK: usize = 512;

/// A file in the archive. Its path is one of ours: short, and of plain letters.
pub(super) fn entry(path: &str, bytes: &[u8], unix_s: i64) -> Vec<u8> {
    let mut out = head(path, bytes.len(), unix_s);
    out.extend_from_slice(bytes);
    out.resize(out.len().next_multiple_of(BLOCK), 0);
    out
}

/// What an archive ends with.
pub(super) fn end() -> Vec<u8> {
    vec![0; 2 * BLOCK]
}

fn head(path: &str, size: usize, unix_s: i64) -> Vec<u8> {
    let mut head = vec![0_u8; BLOCK];
    let size = format!("{size:011o}");
    let time = format!("{:011o}", unix_s.max(0));
    put(&mut head, 0, &path.as_bytes()[..path.len().min(99)]);
    put(&mut head, 100, b"0000644");
    put(&mut head, 108, b"0000000");
    put(&mut head, 116, b"0000000");
    put(&mut head, 124, size.as_bytes());
    put(&mut head, 136, time.as_bytes());
    // The sum is made as if it were spaces itself.
    put(&mut head, 148, b"        ");
    put(&mut head, 156, b"0");
    put(&mut head, 257, b"ustar\0");
    put(&mut head, 263, b"00");
    let sum: u32 = head.iter().copied().map(u32::from).sum();
    put(&mut head, 148, format!("{sum:06o}\0 ").as_bytes());
    head
}

fn put(head: &mut [u8], at: usize, bytes: &[u8]) {
    for (place, byte) in head.iter_mut().skip(at).zip(bytes) {
        *place = *byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_whole_blocks_and_its_sum_is_right() {
        let entry = entry("store.json", b"{}", 1_000_000_000);
        assert_eq!(entry.len(), 2 * BLOCK);
        assert!(entry.starts_with(b"store.json\0") && entry[BLOCK..].starts_with(b"{}\0"));
        assert_eq!(&entry[124..136], b"00000000002\0");
        let told = std::str::from_utf8(&entry[148..154]).expect("digits");
        let sum: u32 = entry[..BLOCK]
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) })
            .sum();
        assert_eq!(u32::from_str_radix(told, 8), Ok(sum));
        assert_eq!(super::entry("x", &[1; BLOCK], 0).len(), 2 * BLOCK);
    }
}
