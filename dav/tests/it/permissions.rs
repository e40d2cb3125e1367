//! The permission letters, as a real server combines them.

use voiceassist_dav::{Permission, Permissions};

#[track_caller]
fn check(letters: &str, expected: &[Permission]) {
    let all = [
        Permission::Shared,
        Permission::Shareable,
        Permission::Mounted,
        Permission::Readable,
        Permission::Deletable,
        Permission::Renameable,
        Permission::Movable,
        Permission::Writable,
        Permission::CreatesFiles,
        Permission::CreatesFolders,
    ];
    let read = Permissions::parse(letters);
    let found: Vec<_> = all.into_iter().filter(|permission| read.contains(*permission)).collect();
    assert_eq!(found, expected, "{letters}");
}

#[test]
fn every_letter_has_one_meaning() {
    use Permission::{
        CreatesFiles, CreatesFolders, Deletable, Mounted, Movable, Readable, Renameable, Shareable, Shared,
        Writable,
    };
    check("RGDNVW", &[Shareable, Readable, Deletable, Renameable, Movable, Writable]);
    check("RGDNVCK", &[Shareable, Readable, Deletable, Renameable, Movable, CreatesFiles, CreatesFolders]);
    check("SGD", &[Shared, Readable, Deletable]);
    check("SRMG", &[Shared, Shareable, Mounted, Readable]);
    check("", &[]);
}

#[test]
fn order_and_unknown_letters_do_not_matter() {
    assert_eq!(Permissions::parse("VNDGRW"), Permissions::parse("RGDNVW"));
    assert_eq!(Permissions::parse("RGDNVWXz?"), Permissions::parse("RGDNVW"));
    assert_eq!(Permissions::parse("KCVNDGR").to_string(), "RGDNVCK");
}
