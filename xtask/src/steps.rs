//! How a command says what it is doing: a heading, the programs it starts, a sign of life while it is silent, and the time it took.

use std::{
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// What a step yields, or the sentence that says why it could not.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// How long a step may be silent before it says that it is still there.
const SILENCE: Duration = Duration::from_secs(15);

/// Runs `work` under a heading, and says how long it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    println!("==> {name}");
    let begun = Instant::now();
    let done = ticking(name, begun, work);
    let took = seconds(begun.elapsed());
    match &done {
        Ok(_) => println!("    {name}: done in {took}"),
        Err(why) => println!("    {name}: FAILED after {took}: {why}"),
    }
    done
}

/// Prints a line every [`SILENCE`] while `work` runs.
fn ticking<T>(name: &str, begun: Instant, work: impl FnOnce() -> T) -> T {
    let (stop, stopped) = mpsc::channel::<()>();
    let name = name.to_owned();
    let ticker = thread::spawn(move || {
        while stopped.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout) {
            println!("    … {name}, {} so far", seconds(begun.elapsed()));
        }
    });
    let done = work();
    drop(stop);
    // A ticker that could not print is no reason to fail.
    let _ = ticker.join();
    done
}

/// A remark under the heading.
pub(crate) fn note(text: &str) {
    println!("    {text}");
}

/// A time as people read it.
pub(crate) fn seconds(time: Duration) -> String {
    let s = time.as_secs_f64();
    if s < 60.0 {
        format!("{s:.1} s")
    } else {
        format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

/// Runs a program with its output on screen; anything but success is an error that names it.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let line = spelled(command);
    note(&format!("$ {line}"));
    let status = command.status().map_err(|e| format!("`{line}` could not be started: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{line}` ended with {status}"))
    }
}

/// Runs a program and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let line = spelled(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("`{line}` could not be started: {e}"))?;
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stdout));
        return Err(format!("`{line}` ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|e| format!("`{line}` printed something that is not text: {e}"))
}

/// Whether a program runs and succeeds; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// The command as one could type it.
fn spelled(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_named() {
        let why = run(Command::new("false").arg("--now")).expect_err("it always fails");
        assert!(why.contains("`false --now`"), "{why}");
    }

    #[test]
    fn times_are_read_by_people() {
        assert_eq!(seconds(Duration::from_millis(1_300)), "1.3 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s");
    }
}
