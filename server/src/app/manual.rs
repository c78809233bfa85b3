//! What packages are made with: manual pages and completions, from the command line itself.

use std::path::Path;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::options::Options;

/// Writes a page for the program and one for each of its commands into a folder.
pub(super) fn pages(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Options::command(), folder))
        .with_context(|| format!("{}", folder.display()))
}

/// The completions for a shell.
pub(super) fn completions(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Options::command(), "sluicegate", &mut text);
    text
}
