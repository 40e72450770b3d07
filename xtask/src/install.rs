//! `cargo xtask test --install`: what the whole test run needs from the system. Debian's packages where there is `apt-get`;
//! elsewhere it says what to install. It never installs what is there.

use std::process::Command;

use crate::{
    files,
    steps::{Outcome, note, run, step},
    tools,
};

/// Installs what the named steps lack.
pub(crate) fn missing(steps: &[&str]) -> Outcome {
    let mut packages = Vec::new();
    if steps.contains(&"postgres") && tools::postgres().is_none() {
        packages.push("postgresql");
    }
    if steps.contains(&"unit") && !tools::smtp_server() {
        packages.extend(["python3-aiosmtpd", "openssl"]);
    }
    if steps.contains(&"unit") && !tools::clamd() {
        packages.push("clamav-daemon");
    }
    if steps.contains(&"unit") && !tools::dovecot() {
        packages.extend(["dovecot-imapd", "dovecot-lmtpd"]);
    }
    if steps.contains(&"unit") && !tools::nats_server() {
        packages.push("nats-server");
    }
    // A disk that refuses a commit.
    if (steps.contains(&"unit") || steps.contains(&"faults")) && tools::in_path("strace").is_none() {
        packages.push("strace");
    }
    // A clock that jumps.
    if (steps.contains(&"unit") || steps.contains(&"faults")) && tools::in_path("faketime").is_none() {
        packages.push("faketime");
    }
    // A network that loses packets, and one that crawls.
    if steps.contains(&"unit") || steps.contains(&"faults") {
        let needed = [("nft", "nftables"), ("tc", "iproute2")];
        packages.extend(
            needed
                .into_iter()
                .filter(|(program, _)| tools::in_path(program).is_none())
                .map(|(_, package)| package),
        );
    }
    if steps.contains(&"package") && tools::in_path("dpkg-deb").is_some() {
        packages.extend(
            ["lintian", "shellcheck"]
                .into_iter()
                .filter(|program| tools::in_path(program).is_none()),
        );
    }
    if steps.contains(&"end2end") && tools::chromium().is_none() {
        packages.push("chromium");
    }
    if steps.contains(&"end2end") && tools::in_path("npm").is_none() {
        packages.extend(["nodejs", "npm"]);
    }
    if !packages.is_empty() {
        step(&format!("install {}", packages.join(", ")), || system(&packages))?;
    }
    if steps.contains(&"deny") && tools::cargo_tool("cargo-deny").is_none() {
        step("install cargo-deny into target/tools", || {
            run(tools::cargo()
                .args(["install", "cargo-deny", "--locked", "--root"])
                .arg(files::own_tools()))
        })?;
    }
    Ok(())
}

fn system(packages: &[&str]) -> Outcome {
    if tools::in_path("apt-get").is_none() {
        return Err(format!("this is not Debian: please install {} yourself", packages.join(", ")));
    }
    let root = tools::is_root();
    if !root && !tools::has_sudo() {
        return Err(format!(
            "neither root nor sudo without a password: please run `apt-get install {}` as root",
            packages.join(" ")
        ));
    }
    let apt = |arguments: &[&str]| {
        let mut command = if root { Command::new("env") } else { Command::new("sudo") };
        if !root {
            command.args(["-n", "env"]);
        }
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"])
            .args(arguments);
        command
    };
    if run(&mut apt(&["update"])).is_err() {
        note("the package lists could not be brought up to date; trying with those that are there");
    }
    run(apt(&["install", "--no-install-recommends"]).args(packages))
}
