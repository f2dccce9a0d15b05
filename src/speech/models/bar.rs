//! A progress bar on the terminal for a download.

use indicatif::{ProgressBar, ProgressStyle};

use super::Progress;

/// A bar on standard error that follows a download; give the result to
/// [`ModelStore::pull`](super::ModelStore::pull). It hides itself where there is no terminal.
pub fn progress_bar(name: &str) -> impl Fn(Progress) + Send + Sync + use<> {
    let bar = ProgressBar::new(0);
    let shape = "{msg} [{wide_bar}] {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(shape) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(name.to_owned());
    move |progress| match progress {
        Progress::Begun { done, total } => {
            bar.set_length(total);
            bar.set_position(done);
            bar.reset_eta();
        }
        Progress::Bytes { done } => bar.set_position(done),
        Progress::Again { problem, .. } => bar.println(format!("{problem}; trying again")),
        Progress::Checking => bar.println("checking the checksum"),
        Progress::Done => bar.finish(),
    }
}
