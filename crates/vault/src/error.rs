use std::path::PathBuf;

/// What can go wrong with keys and sealed values. The sentences about the key file are for whoever starts the program.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no key file.
    #[error("找不到密钥文件 {}。请从密钥备份中恢复它；只有第一次安装、还没有任何数据时，才可以新建。", .0.display())]
    Missing(PathBuf),
    /// The key file cannot be read or written.
    #[error("无法读写密钥文件 {}：{}。请检查文件的所有者和权限（应为 0600）。", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
    /// A new key file would replace an old one.
    #[error("密钥文件 {} 已经存在，没有改动它。", .0.display())]
    Exists(PathBuf),
    /// The key file is not whole.
    #[error("密钥文件 {} 已损坏：{}。请从密钥备份中恢复它。", .0.display(), .1)]
    Damaged(PathBuf, String),
    /// What seals now cannot go.
    #[error("第 {0} 号密钥正在使用（最新的一把），不能停用。请先运行 huiyin admin rotate-key 换上新密钥。")]
    Newest(u16),
    /// A sealed value is too short, or of an unknown algorithm.
    #[error("a sealed value is malformed")]
    Malformed,
    /// A sealed value was made with a key that the file does not hold.
    #[error("a sealed value needs key {0}, which the key file does not hold")]
    UnknownKey(u16),
    /// The value was changed, moved to another place, or sealed with other keys.
    #[error("a sealed value does not open: changed, moved, or sealed with other keys")]
    Tampered,
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}
