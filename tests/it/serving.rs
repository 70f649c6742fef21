//! The compressed siblings as real servers send them: WhiteNoise from its own package, nginx from Debian's.

#![expect(clippy::disallowed_methods, reason = "a test makes its own files")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::django::{OLDEST_6, build_site, django_python};
use crate::toolbox::{empty_folder, install_program};

/// Ends the server with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const WHITENOISE: &str = "
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
from whitenoise import WhiteNoise

class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass

app = WhiteNoise(None, root=sys.argv[1], prefix='static/')
server = make_server('127.0.0.1', 0, app, handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
";

#[test]
fn whitenoise_sends_the_siblings() {
    let site = build_site("whitenoise-siblings", "production");
    let mut command = Command::new(django_python("6", OLDEST_6));
    command.args(["-c", WHITENOISE]).arg(site.join("static")).stdout(Stdio::piped());
    let mut server = Server(command.spawn().unwrap());
    let mut port = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port.trim().parse().expect("WhiteNoise's port")));
    check_siblings(address, &site.join("static"));
}

#[test]
fn nginx_sends_the_siblings() {
    install_program("nginx", &["nginx-light", "libnginx-mod-http-brotli-static"]);
    let site = build_site("nginx-siblings", "production");
    let folder = empty_folder("nginx");
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let configuration = format!(
        "load_module /usr/lib/nginx/modules/ngx_http_brotli_static_module.so;\n\
         daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n\
         events {{}}\n\
         http {{\n\
           include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;\n\
           client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;\n\
           uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n\
           server {{\n\
             listen {address};\n\
             location /static/ {{ alias {site}/static/; gzip_static on; brotli_static on; gzip_vary on; add_header Vary Accept-Encoding; }}\n\
           }}\n\
         }}\n",
        folder = folder.display(),
        site = site.display(),
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-c").arg(&file).arg("-p").arg(&folder).stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = Server(command.spawn().unwrap());
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(address).is_err() {
        let said = fs::read_to_string(folder.join("error.log")).unwrap_or_default();
        assert!(server.0.try_wait().unwrap().is_none() && Instant::now() < deadline, "nginx did not start: {said}");
        std::thread::sleep(Duration::from_millis(20));
    }
    check_siblings(address, &site.join("static"));
}

/// Asks for every file of the manifest in every coding that it has, and for the file itself.
#[track_caller]
fn check_siblings(address: SocketAddr, output: &Path) {
    let manifest: Value = serde_json::from_slice(&fs::read(output.join("assetc.json")).unwrap()).unwrap();
    let mut n_siblings = 0;
    for file in manifest["files"].as_object().unwrap().values() {
        let path = file["path"].as_str().unwrap();
        let bytes = fs::read(output.join(path)).unwrap();
        let plain = get(address, path, "identity");
        assert!(plain.body == bytes && !plain.headers.contains_key("content-encoding"), "{path}");
        for (coding, sibling) in file["compressed"].as_object().into_iter().flatten() {
            let answer = get(address, path, coding);
            assert_eq!(answer.headers.get("content-encoding").map(String::as_str), Some(coding.as_str()), "{path}");
            assert_eq!(answer.headers.get("content-type"), plain.headers.get("content-type"), "{path}");
            assert!(answer.headers.get("vary").is_some_and(|vary| vary.contains("Accept-Encoding")), "{path}");
            assert_eq!(answer.body.len() as u64, sibling["size"].as_u64().unwrap(), "{path}");
            assert!(decompressed(&answer.body, coding) == bytes, "{path} in {coding}");
            n_siblings += 1;
        }
    }
    assert!(n_siblings >= 10, "only {n_siblings} siblings");
    println!("{n_siblings} siblings");
}

struct Answer {
    /// By lowercase name.
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

#[track_caller]
fn get(address: SocketAddr, path: &str, coding: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let url = path.replace(" ", "%20");
    write!(
        stream,
        "GET /static/{url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: {coding}\r\n\r\n"
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|at| at == b"\r\n\r\n").expect("headers");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap();
    assert!(status.contains(" 200 "), "{path}: {status}");
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Answer { headers, body: bytes.split_off(end + 4) }
}

#[track_caller]
fn decompressed(bytes: &[u8], coding: &str) -> Vec<u8> {
    let mut out = Vec::new();
    match coding {
        "br" => drop(brotli::Decompressor::new(bytes, 4096).read_to_end(&mut out).unwrap()),
        "gzip" => {
            // The last four bytes are the length (RFC 1952, section 2.3.1).
            let length = u32::from_le_bytes(bytes[bytes.len() - 4..].try_into().unwrap());
            out = vec![0; length as usize];
            libdeflater::Decompressor::new().gzip_decompress(bytes, &mut out).unwrap();
        }
        other => panic!("nobody asked for {other}"),
    }
    out
}
