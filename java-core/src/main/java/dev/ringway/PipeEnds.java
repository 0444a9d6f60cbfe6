package dev.ringway;

/// The two ends of a pipe: what is written to the sink comes out of the source. See `man 7 pipe`.
///
/// @param source the end to read from
/// @param sink   the end to write to
public record PipeEnds(AsyncSource source, AsyncSink sink) {}
