//! Compiles etcd's interface (`proto/`), and links the released program.
//!
//! The interface needs no protoc: protox is a compiler of it in Rust.
//!
//! The program is linked statically where the C library allows it: a third of the time
//! that a short command takes is the dynamic loader's. Everything else is linked as usual.
//!
//! `-C target-feature=+crt-static` would do the same, but without `--target` it also reaches
//! the procedural macros, which cannot be linked so. Here the program alone is: the names of
//! the shared libraries lead to linker scripts that name the static ones.
//! NETPIPE_DYNAMIC=1 leaves it dynamic and position-independent, as a linker needs it that takes
//! no linker scripts.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=scripts/order.txt");
    println!("cargo::rerun-if-env-changed=NETPIPE_DYNAMIC");
    println!("cargo::rerun-if-changed=proto");
    #[cfg(feature = "grpc")]
    if let Err(error) = interface() {
        println!("cargo::error=cannot compile proto/: {error}");
    }
    if wanted() && prepare().is_none() {
        println!(
            "cargo::warning=no static C library (libc6-dev): the program is linked dynamically"
        );
    }
}

/// Makes the Rust code of etcd's interface, and the interface's description of itself.
#[cfg(feature = "grpc")]
fn interface() -> Result<(), Box<dyn std::error::Error>> {
    use protox::prost::Message;
    let files = protox::compile(["rpc.proto", "lock.proto", "election.proto"], ["proto"])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("interface.bin"), files.encode_to_vec())?;
    let served = env::var_os("CARGO_FEATURE_CLUSTER").is_some();
    tonic_prost_build::configure()
        .build_server(served)
        .compile_fds(files)?;
    Ok(())
}

fn wanted() -> bool {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && is("PROFILE", "release")
        && env::var("HOST") == env::var("TARGET")
        && env::var_os("NETPIPE_DYNAMIC").is_none()
}

/// Makes the linker scripts; none if a library is missing.
fn prepare() -> Option<()> {
    let directory = PathBuf::from(env::var_os("OUT_DIR")?).join("static");
    let [c, m, eh, gcc] = ["libc.a", "libm.a", "libgcc_eh.a", "libgcc.a"].map(archive);
    let (c, m, eh, gcc) = (c?, m?, eh?, gcc?);
    scripts(
        &directory,
        &[
            ("c", &[&c, &eh, &gcc]),
            ("m", &[&m]),
            ("gcc_s", &[&eh, &gcc, &c]),
        ],
    )
    .ok()?;
    println!("cargo::rustc-link-arg-bins=-L{}", directory.display());
    // At a fixed address: relocating itself would take the program as long as a netlink call, and
    // a copy of each page that is relocated.
    println!("cargo::rustc-link-arg-bins=-static");
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let order = directory.join("order.ld");
    fs::write(&order, layout(include_str!("scripts/order.txt"))).ok()?;
    println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", order.display());
    Some(())
}

/// A linker script that puts the functions of `scripts/order.txt` first, next to each other. A
/// pattern that matches nothing has no effect.
fn layout(order: &str) -> String {
    let sections: String = order
        .lines()
        .map(|line| match line.split_once(':') {
            Some((archive, object)) => format!("    *{archive}:{object}(.text .text.*)\n"),
            None => format!("    *(.text.{line})\n"),
        })
        .collect();
    format!("SECTIONS {{\n  .text.order : {{\n{sections}  }}\n}}\nINSERT BEFORE .text;\n")
}

fn scripts(directory: &Path, libraries: &[(&str, &[&String])]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    libraries.iter().try_for_each(|(name, archives)| {
        let text: String = archives.iter().map(|path| format!(" {path}")).collect();
        fs::write(
            directory.join(format!("lib{name}.so")),
            format!("GROUP({text} )\n"),
        )
    })
}

/// Where the C compiler finds a library.
fn archive(name: &str) -> Option<String> {
    let output = Command::new("cc")
        .arg(format!("-print-file-name={name}"))
        .output()
        .ok()?;
    let path = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    // What is not found is repeated as it was asked.
    Path::new(&path).is_absolute().then_some(path)
}
