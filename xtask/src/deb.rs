//! A Debian package of the release program, with what belongs to it: manual page, completions, the
//! service, the licences.
//!
//! Plain `dpkg-deb`, which every Debian has. The package makes no user, starts nothing and changes nothing
//! but the files it lists: the service runs as a user of its own that systemd makes, and the household
//! in `/var/lib/houseguest` stays until the package is purged.

pub(crate) mod tried;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::steps::{cargo, run, say};

/// Where the package is put together.
const STAGE: &str = "target/deb/stage";

/// What is removed does not go on running.
const PRERM: &str = "\
#!/bin/sh
set -e
if [ \"$1\" = remove ] && [ -d /run/systemd/system ]; then
    systemctl stop houseguest.service || true
fi
exit 0
";

/// What purging takes away.
const POSTRM: &str = "\
#!/bin/sh
# Purging forgets the household; removing keeps it.
set -e
if [ \"$1\" = purge ]; then
    rm -rf /var/lib/houseguest /var/lib/private/houseguest
    rm -f /etc/systemd/system/multi-user.target.wants/houseguest.service
fi
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload || true
fi
exit 0
";

/// The program gets no right to listen for everybody who can start it: the service has that, and `sudo`.
/// A service that runs goes on as the newer program.
const POSTINST: &str = "\
#!/bin/sh
set -e
if [ \"$1\" = configure ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload || true
    if [ -n \"$2\" ]; then
        systemctl try-restart houseguest.service || true
    fi
fi
exit 0
";

/// Read by the service; dpkg keeps what the user wrote there.
const DEFAULTS: &str = "\
# What the service listens to, where its pages are, where you live; `man houseguest` has the words.
# Then: sudo systemctl enable --now houseguest
HOUSEGUEST_INTERFACE=eth0
# HOUSEGUEST_LISTEN=127.0.0.1:8420
# HOUSEGUEST_RESIDENCE=DE
";

/// Makes the package; `program` is one that is built already, else the release is built.
pub(crate) fn make(arguments: &[String]) -> Result<(), String> {
    let program = match arguments {
        [] => {
            cargo(&["build", "--release", "-p", "houseguest-cli"], &[])?;
            PathBuf::from("target/release/houseguest")
        }
        [program] => PathBuf::from(program),
        _ => return Err("cargo xtask deb [PROGRAM]".to_owned()),
    };
    let package = package(&program, &version()?, "xz")?;
    say(&format!("made {package}; `sudo apt install ./{package}` installs it"));
    Ok(())
}

/// Puts the package together, packed so; where it is.
fn package(program: &Path, version: &str, packing: &str) -> Result<String, String> {
    let architecture = answer("dpkg", &["--print-architecture"])?;
    let stage = Path::new(STAGE);
    if stage.exists() {
        fs::remove_dir_all(stage).map_err(|error| said(stage, &error))?;
    }
    fill(stage, program, version)?;
    control(stage, version, &architecture)?;
    let package = format!("target/deb/houseguest_{version}_{architecture}.deb");
    let packing = format!("-Z{packing}");
    let build = ["--root-owner-group", &packing, "--build", STAGE, &package];
    run(Command::new("dpkg-deb").args(build))?;
    Ok(package)
}

/// What is installed.
fn fill(stage: &Path, program: &Path, version: &str) -> Result<(), String> {
    let bytes = fs::read(program).map_err(|error| said(program, &error))?;
    put(stage, "usr/bin/houseguest", &bytes, 0o755)?;
    let program = program.to_str().ok_or("the program's path is no text")?;
    let manual = zipped(answer_bytes(program, &["man"])?)?;
    put(stage, "usr/share/man/man1/houseguest.1.gz", &manual, 0o644)?;
    for (shell, place) in [
        ("bash", "usr/share/bash-completion/completions/houseguest"),
        ("zsh", "usr/share/zsh/vendor-completions/_houseguest"),
        ("fish", "usr/share/fish/vendor_completions.d/houseguest.fish"),
    ] {
        put(stage, place, &answer_bytes(program, &["completions", shell])?, 0o644)?;
    }
    let documents = "usr/share/doc/houseguest";
    put(stage, &format!("{documents}/copyright"), copyright()?.as_bytes(), 0o644)?;
    put(stage, &format!("{documents}/changelog.gz"), &zipped(log(version)?)?, 0o644)?;
    for name in ["CHANGELOG.md", "docs/guide.md", "knowledge/NOTICE.md"] {
        let text = fs::read(name).map_err(|error| said(Path::new(name), &error))?;
        let name = name.rsplit('/').next().unwrap_or(name);
        put(stage, &format!("{documents}/{name}"), &text, 0o644)?;
    }
    let Ok(unit) = fs::read("packaging/houseguest.service") else {
        say("there is no packaging/houseguest.service: the package has no service");
        return Ok(());
    };
    put(stage, "usr/lib/systemd/system/houseguest.service", &unit, 0o644)?;
    put(stage, "etc/default/houseguest", DEFAULTS.as_bytes(), 0o644)
}

/// What `dpkg` reads.
fn control(stage: &Path, version: &str, architecture: &str) -> Result<(), String> {
    let kilobytes = size(stage)?.div_ceil(1024);
    let control = format!(
        "Package: houseguest\n\
         Version: {version}\n\
         Architecture: {architecture}\n\
         Maintainer: Houseguest contributors <houseguest@localhost.invalid>\n\
         Installed-Size: {kilobytes}\n\
         Depends: libc6 (>= {LIBC}), libgcc-s1\n\
         Section: net\n\
         Priority: optional\n\
         Description: who the smart devices at home are, and whom they talk to\n \
         Houseguest tells from captured or live traffic which devices are in a home,\n \
         who makes them, whom they talk to, what is wrong and what to do about it,\n \
         with the evidence for every word. It sends nothing anywhere.\n"
    );
    put(stage, "DEBIAN/control", control.as_bytes(), 0o644)?;
    put(stage, "DEBIAN/postinst", POSTINST.as_bytes(), 0o755)?;
    put(stage, "DEBIAN/prerm", PRERM.as_bytes(), 0o755)?;
    put(stage, "DEBIAN/postrm", POSTRM.as_bytes(), 0o755)?;
    if stage.join("etc/default/houseguest").exists() {
        put(stage, "DEBIAN/conffiles", b"/etc/default/houseguest\n", 0o644)?;
    }
    let sums =
        answer_in(stage, "sh", &["-c", "find usr -type f -print0 | sort -z | xargs -0 md5sum"])?;
    put(stage, "DEBIAN/md5sums", &sums, 0o644)
}

/// The C library of Debian 12, on which packages are made; a program made elsewhere may want a newer one.
const LIBC: &str = "2.36";

fn version() -> Result<String, String> {
    let manifest = fs::read_to_string("Cargo.toml").map_err(|error| error.to_string())?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
    line.map(|it| it.trim_end_matches('"').to_owned()).ok_or("no version".to_owned())
}

fn copyright() -> Result<String, String> {
    let mut text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
         Upstream-Name: houseguest\n\n\
         Files: *\n\
         Copyright: Houseguest contributors\n\
         License: Expat or Apache-2.0\n\n\
         Files: knowledge/*\n\
         Copyright: Houseguest contributors, and those named in NOTICE.md beside this file\n\
         License: CC-BY-4.0\n\
        \x20The knowledge pack that the program carries is under CC BY 4.0,\n\
        \x20https://creativecommons.org/licenses/by/4.0/\n\n\
         License: Apache-2.0\n\
        \x20On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.\n\n\
         License: Expat\n"
        .to_owned();
    let licence = fs::read_to_string("LICENSE-MIT").map_err(|error| error.to_string())?;
    for line in licence.lines() {
        text.push_str(if line.is_empty() { " ." } else { " " });
        text.push_str(line);
        text.push('\n');
    }
    Ok(text)
}

/// The changelog as Debian writes one, of this package alone; the program's own stands beside it.
fn log(version: &str) -> Result<Vec<u8>, String> {
    let day = answer("date", &["-R"])?;
    let text = format!(
        "houseguest ({version}) unstable; urgency=medium\n\n  * What changed is in CHANGELOG.md beside \
         this file.\n\n -- Houseguest contributors <houseguest@localhost.invalid>  {day}\n"
    );
    Ok(text.into_bytes())
}

/// Writes a file of the package, with folders that everybody may look into.
fn put(stage: &Path, place: &str, bytes: &[u8], mode: u32) -> Result<(), String> {
    let path = stage.join(place);
    let mode_of = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
            .map_err(|error| said(path, &error))
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| said(folder, &error))?;
        for folder in folder.ancestors().take_while(|it| it.starts_with(stage)) {
            mode_of(folder, 0o755)?;
        }
    }
    fs::write(&path, bytes).map_err(|error| said(&path, &error))?;
    mode_of(&path, mode)
}

fn zipped(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let place = Path::new("target/deb/zipped");
    fs::create_dir_all("target/deb").map_err(|error| said(place, &error))?;
    fs::write(place, bytes).map_err(|error| said(place, &error))?;
    answer_bytes("gzip", &["-9nc", "target/deb/zipped"])
}

fn size(folder: &Path) -> Result<u64, String> {
    let mut all = 0;
    for entry in fs::read_dir(folder).map_err(|error| said(folder, &error))? {
        let path = entry.map_err(|error| said(folder, &error))?.path();
        let length = || fs::metadata(&path).map(|it| it.len()).map_err(|error| said(&path, &error));
        all += if path.is_dir() { size(&path)? } else { length()? };
    }
    Ok(all)
}

fn answer(program: &str, arguments: &[&str]) -> Result<String, String> {
    Ok(String::from_utf8_lossy(&answer_bytes(program, arguments)?).trim().to_owned())
}

fn answer_bytes(program: &str, arguments: &[&str]) -> Result<Vec<u8>, String> {
    answer_in(Path::new("."), program, arguments)
}

fn answer_in(folder: &Path, program: &str, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let command = &mut Command::new(program);
    let output = command.args(arguments).current_dir(folder).output();
    let output = output.map_err(|error| format!("`{program}` did not start: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("`{program} {}` failed: {words}", arguments.join(" ")))
    }
}

fn said(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
