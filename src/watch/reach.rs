use std::path::Path;

use crate::fs;

/// Why folders are looked at again and again instead of waiting for events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollReason {
    /// `--poll`.
    Asked,
    /// The system's limit on watched folders; the name of the setting to raise.
    Limit(&'static str),
    /// Events for changes made elsewhere do not come: a network or shared file system, by name.
    FileSystem(&'static str),
    /// A file that was written for a trial caused no event.
    Silent,
    /// The system's words.
    Failed(String),
}

/// What stands in the way of events, as far as an error tells.
pub fn reason(error: &notify::Error) -> PollReason {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => PollReason::Limit("fs.inotify.max_user_watches"),
        // EMFILE: too many instances of inotify for this user.
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            PollReason::Limit("fs.inotify.max_user_instances")
        }
        notify::ErrorKind::Io(error) => PollReason::Failed(fs::reason(error)),
        _ => PollReason::Failed(error.to_string()),
    }
}

/// The kind of the file system of `folder`, where changes made on another machine, or outside of the container or virtual
/// machine, cause no event.
pub fn remote_file_system(folder: &Path) -> Option<&'static str> {
    // From the kernel's magic.h, and those of VirtualBox and Parallels.
    Some(match fs::file_system_kind(folder)? {
        0x6969 => "NFS",
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => "SMB",
        0x0102_1997 => "9P, as WSL and virtual machines mount it",
        0x6573_5546 => "FUSE, as Docker mounts folders of the host",
        0x786f_4256 => "a VirtualBox shared folder",
        0x7c7c_6673 => "a Parallels shared folder",
        0x5346_414f => "AFS",
        0x0bd0_0bd0 => "Lustre",
        _ => return None,
    })
}
