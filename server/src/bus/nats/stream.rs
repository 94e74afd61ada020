//! The JetStream stream that keeps talk, in what servers since 2.9 have in common.

use async_nats::Client;
use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, StorageType};
use async_nats::jetstream::{Context, ContextBuilder, ErrorCode};

use super::super::subject::ALL_CHAT;
use super::connect::ConnectFault;
use super::options::{NatsOptions, StreamOptions};

/// How talk is kept on one connection.
#[derive(Debug)]
pub(super) struct Keeping {
    pub(super) context: Context,
    /// The name of the last message that the stream has, so that none before it is sent again.
    pub(super) last_id: Option<String>,
}

impl Keeping {
    /// Makes the stream or brings its limits up to date. None where the server has no JetStream: talk goes by core NATS.
    ///
    /// # Errors
    /// When the stream can neither be made nor used.
    pub(super) async fn set_up(
        client: &Client,
        wanted: &StreamOptions,
        options: &NatsOptions,
    ) -> Result<Option<Self>, ConnectFault> {
        let context = ContextBuilder::new()
            .timeout(options.confirm_timeout)
            .max_ack_inflight(options.unconfirmed_max)
            .build(client.clone());
        match make(&context, config(wanted)).await {
            Ok(()) => {}
            Err(error) if is_without_jetstream(&error) => return Ok(None),
            Err(error) => {
                return Err(ConnectFault::Refused(format!("stream {}: {error}", wanted.name)));
            }
        }
        let last_id = last_id(&context, &wanted.name).await;
        Ok(Some(Self { context, last_id }))
    }
}

async fn make(context: &Context, config: Config) -> Result<(), CreateStreamError> {
    match context.create_stream(config.clone()).await {
        Ok(_) => Ok(()),
        Err(error) if jetstream_code(&error) == Some(ErrorCode::STREAM_NAME_EXIST) => {
            context.update_stream(&config).await.map(drop)
        }
        Err(error) => Err(error),
    }
}

fn jetstream_code(error: &CreateStreamError) -> Option<ErrorCode> {
    match error.kind() {
        CreateStreamErrorKind::JetStream(error) => Some(error.error_code()),
        _ => None,
    }
}

fn is_without_jetstream(error: &CreateStreamError) -> bool {
    let without = [ErrorCode::JETSTREAM_NOT_ENABLED, ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT];
    error.kind() == CreateStreamErrorKind::JetStreamUnavailable
        || jetstream_code(error).is_some_and(|code| without.contains(&code))
}

/// The name of the stream's newest message; none if it is empty or will not say, and then NATS must know what is sent
/// again by its name alone, which it does within the duplicate window.
async fn last_id(context: &Context, stream: &str) -> Option<String> {
    let stream = context.get_stream(stream).await.ok()?;
    let last = stream.cached_info().state.last_sequence;
    let message = stream.get_raw_message(last).await.ok()?;
    message.headers.get("Nats-Msg-Id").map(ToString::to_string)
}

fn config(wanted: &StreamOptions) -> Config {
    let limit = |number: u64| i64::try_from(number).ok().filter(|n| *n > 0).unwrap_or(-1);
    Config {
        name: wanted.name.clone(),
        subjects: vec![ALL_CHAT.to_owned()],
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        max_age: wanted.age_max,
        max_messages: limit(u64::from(wanted.messages_max)),
        max_bytes: limit(wanted.bytes_max),
        duplicate_window: wanted.duplicate_window,
        ..Config::default()
    }
}
