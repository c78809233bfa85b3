//! Embeds the console: every file of `web/dist` (made by trunk), plain and compressed with brotli.
//!
//! Writes `console_assets.rs`, a list of `Asset`s for `src/api/console/asset.rs`. Without `web/dist` the list
//! is empty and the server says how to build it. `SLUICEGATE_CONSOLE_DIST` names another folder.

use std::fmt::Write as _;
use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

const VARIABLE: &str = "SLUICEGATE_CONSOLE_DIST";
const WINDOW_BITS: u32 = 22;
/// Kinds of files that are compressed already.
const DENSE: &[&str] = &["png", "jpg", "jpeg", "webp", "woff2", "gz", "br"];

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let web = manifest.join("../web");
    let dist = env::var_os(VARIABLE).map_or_else(|| web.join("dist"), PathBuf::from);
    let mut list = String::from("&[");
    if dist.join("index.html").is_file() {
        println!("cargo::rerun-if-changed={}", dist.display());
        let mut files = Vec::new();
        collect(&dist, &mut files)?;
        files.sort();
        for (number, file) in files.iter().enumerate() {
            embed(&dist, file, &out, number, &mut list)?;
        }
    } else {
        // A missing file would count as changed in every build; the folder it will appear in does not.
        println!("cargo::rerun-if-changed={}", web.display());
    }
    list.push(']');
    fs::write(out.join("console_assets.rs"), list)
}

/// All files below `folder`, without hidden ones.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn embed(dist: &Path, file: &Path, out: &Path, number: usize, list: &mut String) -> Result<()> {
    let name = file
        .strip_prefix(dist)
        .map_err(Error::other)?
        .to_string_lossy()
        .into_owned();
    let content = fs::read(file)?;
    // A copy, so that the list and the files are of one moment even while trunk builds anew.
    let plain = out.join(format!("console-{number}"));
    fs::write(&plain, &content)?;
    let mut digest = String::new();
    for byte in Sha256::digest(&content) {
        write!(digest, "{byte:02x}").map_err(Error::other)?;
    }
    let packed = pack(file, &content)?;
    let brotli = match packed {
        Some(packed) => {
            let path = out.join(format!("console-{number}.br"));
            fs::write(&path, packed)?;
            format!("Some({})", include(&path))
        }
        None => "None".to_owned(),
    };
    write!(
        list,
        "Asset {{ path: {name:?}, digest: {digest:?}, plain: {}, brotli: {brotli} }},",
        include(&plain)
    )
    .map_err(Error::other)
}

fn include(path: &Path) -> String {
    format!("include_bytes!({:?})", path.display().to_string())
}

/// The content compressed, if that makes it smaller.
fn pack(file: &Path, content: &[u8]) -> Result<Option<Vec<u8>>> {
    let extension = file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    if DENSE.contains(&extension) {
        return Ok(None);
    }
    // The last two levels take ten times as long: for what is given to users only.
    let quality = if variable("PROFILE")? == "release" {
        11
    } else {
        9
    };
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, quality, WINDOW_BITS);
    writer.write_all(content)?;
    writer.flush()?;
    drop(writer);
    Ok((packed.len() < content.len()).then_some(packed))
}

fn variable(name: &str) -> Result<String> {
    env::var(name).map_err(|error| Error::new(ErrorKind::NotFound, format!("{name}: {error}")))
}
