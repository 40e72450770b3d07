//! Which libraries of the system the executable asks for, read from the executable itself: Debian's `dpkg-shlibdeps` wants a source package
//! around it.

use crate::steps::Outcome;

/// What comes before the number of a version of the C library.
const GLIBC: &[u8] = b"GLIBC_2.";
/// What the executable may be linked with, and the packages that bring it. Anything else would have to be named in `control`.
const KNOWN: &[&str] = &["libc.so.6", "libm.so.6", "libgcc_s.so.1", "libdl.so.2", "libpthread.so.0"];

/// The libraries for `Depends`.
pub(crate) fn libraries(executable: &[u8]) -> Outcome<String> {
    let glibc = glibc(executable).ok_or("the executable names no version of the C library: is it linked statically?")?;
    // Its unwinder has been there since GCC 3.0; older packages have another name.
    Ok(format!("libc6 (>= 2.{glibc}), libgcc-s1 (>= 4.2)"))
}

/// The newest version of the C library that the executable wants, without the 2 before it.
fn glibc(executable: &[u8]) -> Option<u32> {
    executable
        .windows(GLIBC.len())
        .enumerate()
        .filter(|(_, window)| *window == GLIBC)
        .filter_map(|(at, _)| {
            let digits: String = executable[at + GLIBC.len()..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .map(|byte| char::from(*byte))
                .collect();
            digits.parse().ok()
        })
        .max()
}

/// The files that `ldd` names, of libraries and of what loads them. One that is not expected is refused.
pub(crate) fn files(ldd: &str) -> Outcome<Vec<String>> {
    let mut files = Vec::new();
    for line in ldd.lines().map(str::trim) {
        let (name, rest) = line.split_once(" => ").unwrap_or((line, line));
        let Some(path) = rest.split_whitespace().next().filter(|path| path.starts_with('/')) else {
            // The kernel's own, which is no file.
            continue;
        };
        if !path.contains("/ld-linux") && !KNOWN.contains(&name) {
            return Err(format!(
                "the executable is linked with {name}, which neither the package nor the container brings"
            ));
        }
        files.push(path.to_owned());
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_that_is_asked_for_counts() {
        assert_eq!(glibc(b"..GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE"), Some(34));
        assert_eq!(glibc(b"nothing"), None);
        assert_eq!(libraries(b"GLIBC_2.34").expect("known"), "libc6 (>= 2.34), libgcc-s1 (>= 4.2)");
    }

    #[test]
    fn a_library_that_nobody_brings_is_noticed() {
        let usual =
            "\tlinux-vdso.so.1 (0x00007f18)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x1)\n\t/lib64/ld-linux-x86-64.so.2 (0x2)\n";
        assert_eq!(
            files(usual).expect("all are known"),
            ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"]
        );
        assert!(files("\tlibssl.so.3 => /lib/libssl.so.3 (0x1)\n").is_err());
    }
}
