package dev.ringway.kotlin

import dev.ringway.Buf
import dev.ringway.IntOperation
import java.io.IOException
import kotlin.time.Duration
import kotlinx.io.Buffer
import kotlinx.io.readByteArray
import kotlinx.io.writeString

/**
 * Bytes that go out, gathered to larger pieces. Made by [sink] and [buffered].
 *
 * It holds no native memory while it does not wait, and need not be closed: [flush] it, and then end or close what it
 * writes to. When its [buffer] is full, a write sends it, and suspends for that. One coroutine at a time may use it.
 *
 * After a failure, a timeout or a cancellation, what has been given to it and has not been sent is in the [buffer], and
 * is what the next flush begins with.
 */
public class ByteSink internal constructor(
    private val target: Any,
    private val bufferSize: Int,
    private val idleTimeout: Duration,
    private val allocate: (Int) -> Buf,
    private val sendAll: (Buf) -> IntOperation,
) {
    /** What has not been sent yet. It may be written to directly; the next write or flush sends it. */
    public val buffer: Buffer = Buffer()

    init {
        require(bufferSize >= 1) { "sink of $target: a buffer of $bufferSize bytes; it must have at least 1" }
        require(idleTimeout.isPositive()) { "sink of $target: an idle timeout of $idleTimeout; it must be positive" }
    }

    /**
     * Takes [byteCount] bytes from [source] and writes them.
     *
     * Throws the [IOException] that sending fails with. May be called from any thread. If the coroutine is cancelled,
     * this throws [CancellationException][kotlinx.coroutines.CancellationException] when the kernel has let go of what
     * it had, not before; what was not taken is in the source, and what was not sent in the [buffer].
     *
     * @param byteCount 0 to the size of the source, by default all of it
     */
    public suspend fun write(source: Buffer, byteCount: Long = source.size) {
        require(byteCount in 0..source.size) { "write to $target: $byteCount of ${source.size} bytes" }
        var left = byteCount
        while (left > 0) {
            val part = minOf(left, room())
            buffer.write(source, part)
            left -= part
            flushIfFull()
        }
    }

    /**
     * Writes a part of an array, by default all of it. As the other [write]; of an array that does not fit the buffer a
     * cancelled or failed write has taken the first part, which is what was sent and what is in the [buffer].
     *
     * @param startIndex of the first byte, from 0
     * @param endIndex behind the last byte, at most the size of the array
     */
    public suspend fun write(bytes: ByteArray, startIndex: Int = 0, endIndex: Int = bytes.size) {
        require(startIndex in 0..endIndex && endIndex <= bytes.size) {
            "write to $target: from $startIndex to $endIndex of ${bytes.size} bytes"
        }
        var at = startIndex
        while (at < endIndex) {
            val part = minOf((endIndex - at).toLong(), room()).toInt()
            buffer.write(bytes, at, at + part)
            at += part
            flushIfFull()
        }
    }

    /** Writes text in UTF-8. All of it is taken at once; else as the other [write]. */
    public suspend fun write(text: String) {
        buffer.writeString(text)
        flushIfFull()
    }

    /** Writes one byte. As the other [write]. */
    public suspend fun writeByte(value: Byte) {
        buffer.writeByte(value)
        flushIfFull()
    }

    /**
     * Sends everything that was written.
     *
     * Throws the [IOException] that sending fails with. May be called from any thread. If the coroutine is cancelled,
     * this throws [CancellationException][kotlinx.coroutines.CancellationException] when the kernel has let go of what
     * it had, not before; what was not sent stays in the [buffer].
     */
    public suspend fun flush() {
        while (buffer.size > 0) {
            send(minOf(buffer.size, MOST_AT_ONCE).toInt())
        }
    }

    private fun room(): Long = maxOf(1, bufferSize - buffer.size)

    private suspend fun flushIfFull() {
        if (buffer.size >= bufferSize) {
            flush()
        }
    }

    /** Sends the first bytes of the buffer; what went out leaves it, however that ends. */
    private suspend fun send(count: Int) {
        val piece = allocate(count)
        try {
            piece.put(buffer.peek().readByteArray(count))
            try {
                sendAll(piece).within(idleTimeout).await()
            } finally {
                if (!piece.isLent) {
                    buffer.skip((count - piece.readable()).toLong())
                }
            }
        } finally {
            piece.release()
        }
    }

    /** What it writes to, and how many bytes wait to be sent. */
    override fun toString(): String = "sink of $target, with ${buffer.size} bytes"

    private companion object {
        const val MOST_AT_ONCE = 65_536L
    }
}
