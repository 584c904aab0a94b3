//! Who asks: tokens, certificates, passwords.

use std::time::Duration;

use super::*;

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}

fn claim(token: Option<&str>, name: Option<&str>) -> Claim {
    Claim {
        token: token.map(str::to_owned),
        common_name: name.map(str::to_owned),
    }
}

fn authenticate(auth: &Auth, index: u64, user: &str) -> Option<String> {
    let command = AuthCommand::Authenticate {
        user: user.to_owned(),
        prefix: "abc".to_owned(),
    };
    auth.apply(index, &Identity::member(), &command)
        .unwrap()
        .token
}

#[test]
fn a_token_is_its_owner_until_the_owner_changes() {
    let auth = Auth::new(&AuthOptions::default(), enabled());
    let token = authenticate(&auth, 7, "alice");
    assert_eq!(token.as_deref(), Some("abc.7"));
    auth.applied(7);
    let ask = claim(token.as_deref(), None);
    let alice = run(auth.identify(&ask)).unwrap();
    assert_eq!(alice, who(&auth.state(), "alice"));
    let change = AuthCommand::UserChangePassword {
        name: "alice".to_owned(),
        hash: b"other".to_vec(),
    };
    auth.apply(8, &Identity::member(), &change).unwrap();
    auth.applied(8);
    assert_eq!(run(auth.identify(&ask)), Err(EtcdError::InvalidAuthToken));
    // Off and on again: nobody is known any more.
    let token = authenticate(&auth, 9, "alice");
    let ask = claim(token.as_deref(), None);
    assert_eq!(run(auth.identify(&ask)).unwrap().user, "alice");
    auth.apply(10, &Identity::member(), &AuthCommand::Disable)
        .unwrap();
    assert!(run(auth.identify(&ask)).unwrap().is_nobody());
    auth.apply(11, &Identity::member(), &AuthCommand::Enable)
        .unwrap();
    auth.applied(11);
    assert_eq!(run(auth.identify(&ask)), Err(EtcdError::InvalidAuthToken));
}

#[test]
fn a_token_that_others_know_is_waited_for() {
    let mut auth = Auth::new(&AuthOptions::default(), enabled());
    auth.token_wait = Duration::from_millis(50);
    run(async {
        let ask = claim(Some("abc.7"), None);
        let catching_up = async {
            authenticate(&auth, 7, "alice");
            auth.applied(7);
        };
        let (found, ()) = tokio::join!(auth.identify(&ask), catching_up);
        assert_eq!(found.unwrap().user, "alice");
    });
    // But not forever, and not at all if its time is over.
    for (token, waits) in [("abc.99", true), ("abc.5", false), ("abc", false)] {
        let start = Instant::now();
        let found = run(auth.identify(&claim(Some(token), None)));
        assert_eq!(found, Err(EtcdError::InvalidAuthToken), "{token}");
        assert_eq!(start.elapsed() >= auth.token_wait, waits, "{token}");
    }
}

#[test]
fn a_certificate_names_the_user_where_it_counts() {
    let options = AuthOptions {
        client_cert_auth: true,
        ..AuthOptions::default()
    };
    let auth = Auth::new(&options, enabled());
    let named = claim(None, Some("alice"));
    assert_eq!(
        run(auth.identify(&named)).unwrap(),
        who(&auth.state(), "alice")
    );
    authenticate(&auth, 7, "root");
    let both = claim(Some("abc.7"), Some("alice"));
    assert_eq!(run(auth.identify(&both)).unwrap().user, "root");
    let does_not_count = Auth::new(&AuthOptions::default(), enabled());
    assert!(run(does_not_count.identify(&named)).unwrap().is_nobody());
}

#[test]
fn a_snapshot_keeps_tokens_and_takes_users_over() {
    let auth = Auth::new(&AuthOptions::default(), enabled());
    authenticate(&auth, 7, "alice");
    let mut state = enabled();
    do_all(&mut state, [user("carol")]);
    auth.install(state);
    let alice = run(auth.identify(&claim(Some("abc.7"), None))).unwrap();
    assert_eq!(alice, who(&auth.state(), "alice"));
    assert!(auth.state().user_get(&Identity::member(), "carol").is_ok());
    auth.install(AuthState::default());
    assert!(!auth.enabled());
}

#[test]
fn passwords_are_checked_as_of_a_revision() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let options = AuthOptions {
        bcrypt_cost: 4,
        ..AuthOptions::default()
    };
    let auth = Auth::new(&options, AuthState::default());
    let check = |name: &str, password: &str| {
        runtime.block_on(auth.check_password(name, password.to_owned()))
    };
    assert_eq!(check("alice", "secret"), Err(EtcdError::AuthNotEnabled));
    auth.install(enabled());
    let hash = runtime.block_on(auth.hash("secret".to_owned())).unwrap();
    let add = |name: &str, hash| AuthCommand::UserAdd {
        name: name.to_owned(),
        hash,
    };
    for command in [add("dave", Some(hash)), add("cert", None)] {
        auth.apply(1, &Identity::member(), &command).unwrap();
    }
    assert_eq!(check("dave", "secret"), Ok(auth.state().revision()));
    assert_eq!(check("dave", "Secret"), Err(EtcdError::AuthFailed));
    assert_eq!(check("nobody", "secret"), Err(EtcdError::AuthFailed));
    assert_eq!(check("cert", ""), Err(no_password()));
}
