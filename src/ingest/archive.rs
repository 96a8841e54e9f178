//! Zip archives: members are read by their names into memory, up to limits; nothing is unpacked to disk.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Limits, Unreadable};

/// Most that a member may be larger than its packed bytes.
const RATIO: u64 = 1_000;

/// Unpacked bytes that are not looked at for their ratio.
const SMALL: u64 = 10_000_000;

/// An open archive.
pub(super) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Bytes that may still be unpacked.
    left: u64,
    limit_mb: u64,
}

impl<'b> Archive<'b> {
    /// Opens an archive.
    ///
    /// # Errors
    /// It is none, is locked by a password, or is beyond a limit.
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, Unreadable> {
        if bytes.is_empty() {
            return Err(Unreadable::Empty);
        }
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            return Err(Unreadable::Locked(
                "an old Office file, or one with a password; save it anew without a password",
            ));
        }
        let no_archive = || Unreadable::Damaged("no zip archive, as this format is");
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| no_archive())?;
        if zip.len() as u64 > limits.max_archive_members {
            return Err(Unreadable::Limit {
                what: "members in the archive",
                limit: limits.max_archive_members,
                key: "max_archive_members",
            });
        }
        if zip.has_overlapping_entries().unwrap_or(true) {
            return Err(Unreadable::Damaged("a zip archive whose members overlap"));
        }
        let limit_mb = limits.max_unpacked_mb;
        Ok(Self { zip, left: limit_mb.saturating_mul(1_000_000), limit_mb })
    }

    /// The names of all members, in order.
    pub(super) fn names(&self) -> Vec<String> {
        let names = self.zip.file_names().filter_map(Result::ok);
        let mut names: Vec<String> = names.map(std::borrow::Cow::into_owned).collect();
        names.sort_unstable();
        names
    }

    /// The bytes of a member, if it is there.
    ///
    /// # Errors
    /// It is damaged, locked, or beyond a limit.
    pub(super) fn member(&mut self, name: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        let too_large = Unreadable::Limit {
            what: "MB when unpacked",
            limit: self.limit_mb,
            key: "max_unpacked_mb",
        };
        let file = match self.zip.by_name(name) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(zip::result::ZipError::UnsupportedArchive(_)) => {
                return Err(Unreadable::Locked("packed with a password or in an unknown way"));
            }
            Err(_) => return Err(Unreadable::Damaged("a member of the archive")),
        };
        let packed = file.compressed_size();
        let mut out = Vec::new();
        let mut limited = file.take(self.left.saturating_add(1));
        limited
            .read_to_end(&mut out)
            .map_err(|_| Unreadable::Damaged("a member of the archive"))?;
        let size = out.len() as u64;
        if size > self.left || (size > SMALL && size / packed.max(1) > RATIO) {
            return Err(too_large);
        }
        self.left -= size;
        Ok(Some(out))
    }

    /// A member that must be there.
    ///
    /// # Errors
    /// It is not, or can't be read.
    pub(super) fn must_have(
        &mut self,
        name: &str,
        missing: &'static str,
    ) -> Result<Vec<u8>, Unreadable> {
        self.member(name)?.ok_or(Unreadable::Damaged(missing))
    }
}
