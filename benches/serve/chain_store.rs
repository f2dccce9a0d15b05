//! A proxy behind which Amazon's store of certificate chains seems to lie, so that the program itself fetches the
//! chain over HTTPS, as it does in a shop: HTTPS_PROXY leads here, and SSL_CERT_FILE names the authority.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

use anyhow::{Context, Result};
use rustls::{
    ServerConfig, ServerConnection, Stream,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::amazon::{Amazon, Claims, URL};

/// The key of the authority's signer, who here also speaks for the store's host.
const KEY: &str = include_str!("../../tests/support/amazon/signer.key.pem");
const HOST: &str = "s3.amazonaws.com";

/// Starts the proxy; it ends with the process. Where it listens.
pub fn start(amazon: &Amazon) -> Result<String> {
    let host = amazon.chain(&Claims { name: HOST, ..Claims::default() });
    let certificate = CertificateDer::from_pem_slice(host.as_bytes())?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::from_pem_slice(KEY.as_bytes())?)?;
    let (config, chain) = (Arc::new(config), amazon.stored().remove(URL).context("a chain")?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if let Err(error) = serve(stream, config.clone(), &chain) {
                eprintln!("the store of chains: {error:#}");
            }
        }
    });
    Ok(address)
}

fn serve(mut stream: TcpStream, config: Arc<ServerConfig>, chain: &str) -> Result<()> {
    head(&mut stream)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let mut connection = ServerConnection::new(config)?;
    let mut inside = Stream::new(&mut connection, &mut stream);
    head(&mut inside)?;
    let length = chain.len();
    write!(inside, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{chain}")?;
    inside.flush()?;
    Ok(())
}

/// Reads a request's head.
fn head(stream: &mut impl Read) -> Result<()> {
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while !seen.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        seen.push(byte[0]);
    }
    Ok(())
}
