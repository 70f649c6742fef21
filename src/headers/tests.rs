use super::*;

fn served() -> Served {
    Served {
        url: "/static/".to_owned(),
        folder: "/srv/site/staticfiles".to_owned(),
        names: Some(Names::default()),
        fingerprinted: vec![UrlPath::new("img/team photo.0123456789ab.png".as_ref()).unwrap()],
        siblings: Siblings { gzip: true, brotli: true, zstd: false },
    }
}

#[test]
fn nginx() {
    insta::assert_snapshot!(headers(Server::Nginx, &served()));
}

#[test]
fn caddy() {
    insta::assert_snapshot!(headers(Server::Caddy, &served()));
}

#[test]
fn apache() {
    insta::assert_snapshot!(headers(Server::Apache, &served()));
}

#[test]
fn netlify() {
    insta::assert_snapshot!(headers(Server::Netlify, &served()));
}

#[test]
fn whitenoise() {
    insta::assert_snapshot!(headers(Server::WhiteNoise, &served()));
}

#[test]
fn without_fingerprints_nothing_is_immutable() {
    let served = Served { names: None, fingerprinted: Vec::new(), siblings: Siblings::default(), ..served() };
    for server in [Server::Nginx, Server::Caddy, Server::Apache, Server::Netlify, Server::WhiteNoise] {
        let rules = headers(server, &served);
        assert!(!rules.contains("immutable") && !rules.contains("IMMUTABLE"), "{rules}");
        assert!(!rules.contains("gzip") && !rules.contains("Encoding"), "{rules}");
    }
}
