//! Checks the knowledge pack and packs it into one block of bytes, which the program carries compressed:
//! under a third of the size, for some milliseconds at the start.

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// Zstandard's strongest ordinary level: this is done once a build.
const STRENGTH: i32 = 19;

fn main() -> Result<(), Box<dyn Error>> {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    println!("cargo::rerun-if-changed={}", pack.display());
    let files = read_texts(&pack)?;
    let pack = knowledge::load(files).map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        format!("the knowledge pack cannot be used:\n{}", lines.join("\n"))
    })?;
    let target = PathBuf::from(env::var("OUT_DIR")?).join("pack.bin");
    fs::write(target, zstd::encode_all(&*pack.to_bytes()?, STRENGTH)?)?;
    Ok(())
}

/// Every file of the pack, by its path within it, with `/` between folders.
fn read_texts(root: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(files)
}
