//! The files of the console.

/// One file.
pub(super) struct Asset {
    /// Its path below `/console/`.
    pub(super) path: &'static str,
    /// SHA-256 of the content, in hexadecimal.
    pub(super) digest: &'static str,
    /// The content.
    pub(super) plain: &'static [u8],
    /// The content, compressed; none where that does not make it smaller.
    pub(super) brotli: Option<&'static [u8]>,
}

/// The files that are part of this program.
pub(super) const EMBEDDED: &[Asset] = include!(concat!(env!("OUT_DIR"), "/console_assets.rs"));

impl Asset {
    pub(super) fn content_type(&self) -> &'static str {
        match self.path.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "wasm" => "application/wasm",
            "json" | "map" => "application/json",
            "webmanifest" => "application/manifest+json",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "jpg" | "jpeg" => "image/jpeg",
            "webp" => "image/webp",
            "ico" => "image/x-icon",
            "woff2" => "font/woff2",
            "txt" | "ftl" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }

    /// A file with its hash in the name never changes; of others the browser asks each time.
    pub(super) fn cache_control(&self) -> &'static str {
        if has_hash(self.path) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }
    }

    pub(super) fn entity_tag(&self, compressed: bool) -> String {
        let digest = self.digest.get(..40).unwrap_or(self.digest);
        let coding = if compressed { "-br" } else { "" };
        format!("\"{digest}{coding}\"")
    }
}

/// Whether the name bears trunk's hash: `console-0123456789abcdef_bg.wasm`.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split('-').skip(1).any(|part| {
        let hash = part.split(['.', '_']).next().unwrap_or_default();
        hash.len() >= 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
