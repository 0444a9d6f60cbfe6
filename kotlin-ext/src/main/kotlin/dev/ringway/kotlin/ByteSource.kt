package dev.ringway.kotlin

import dev.ringway.Buf
import dev.ringway.IntOperation
import java.io.EOFException
import java.io.IOException
import kotlin.time.Duration
import kotlinx.io.Buffer
import kotlinx.io.bytestring.ByteString
import kotlinx.io.bytestring.encodeToByteString
import kotlinx.io.indexOf
import kotlinx.io.readByteArray
import kotlinx.io.readString

/**
 * Bytes that come, read as a program needs them. Made by [source] and [buffered].
 *
 * It holds no native memory while it does not wait, and need not be closed. At most what was asked for and one chunk
 * more is in its [buffer]; while nobody reads, the peer has to wait. One coroutine at a time may use it.
 *
 * What fails takes nothing: after an [EOFException], a [ByteLimitException], a timeout or a cancellation, everything
 * that has come and that no read has returned is in the [buffer], and the next read begins with it.
 */
public class ByteSource internal constructor(
    private val origin: Any,
    private val chunkSize: Int,
    private val idleTimeout: Duration,
    private val allocate: (Int) -> Buf,
    private val receive: (Buf) -> IntOperation,
) {
    private var ended = false

    /** What has come and was not read yet. It may be read directly, by a parser of kotlinx-io for instance. */
    public val buffer: Buffer = Buffer()

    init {
        require(chunkSize >= 1) { "source of $origin: a chunk of $chunkSize bytes; it must have at least 1" }
        require(idleTimeout.isPositive()) { "source of $origin: an idle timeout of $idleTimeout; it must be positive" }
    }

    /**
     * Suspends until [byteCount] bytes are in the [buffer], and returns true; false if the stream ends before.
     *
     * Throws the [IOException] that receiving fails with. May be called from any thread. If the coroutine is cancelled,
     * this throws [CancellationException][kotlinx.coroutines.CancellationException]; what has come stays in the buffer.
     *
     * @param byteCount 0 or more
     */
    public suspend fun request(byteCount: Long): Boolean {
        require(byteCount >= 0) { "request of $byteCount bytes from $origin: there are no negative numbers of bytes" }
        while (buffer.size < byteCount) {
            if (!fill()) {
                return false
            }
        }
        return true
    }

    /** Suspends until there is a byte to read, and returns false, or until the stream has ended. As [request]. */
    public suspend fun exhausted(): Boolean = !request(1)

    /** Reads one byte. Throws [EOFException] at the end of the stream; else as [request]. */
    public suspend fun readByte(): Byte {
        need(1, "readByte")
        return buffer.readByte()
    }

    /**
     * Reads exactly [byteCount] bytes. Throws [EOFException] if the stream ends before; else as [request].
     *
     * @param byteCount 0 or more
     */
    public suspend fun readExactly(byteCount: Int): ByteArray {
        need(byteCount.toLong(), "readExactly")
        return buffer.readByteArray(byteCount)
    }

    /**
     * Moves what has come to [sink], at least one byte and at most [byteCount], and returns how many; -1 at the end of
     * the stream. Else as [request].
     *
     * @param byteCount 0 or more
     */
    public suspend fun readAtMostTo(sink: Buffer, byteCount: Long): Long {
        require(byteCount >= 0) { "readAtMostTo from $origin: $byteCount bytes" }
        if (byteCount > 0 && exhausted()) {
            return -1
        }
        return buffer.readAtMostTo(sink, byteCount).coerceAtLeast(0)
    }

    /**
     * Reads to the end of the line, which is `\n` or `\r\n`, and returns the text before it, in UTF-8; null at the end
     * of the stream. The last line may lack its end.
     *
     * Throws [ByteLimitException] if the line is longer than [limit]; else as [request].
     *
     * @param limit 0 to 2,147,483,583 bytes, without the end of the line
     */
    public suspend fun readLine(limit: Long = LINE_LIMIT): String? {
        val end = find(NEWLINE, limit, "readLine", spare = 1) // which the carriage return may need
        val size = if (end < 0) buffer.size else end
        val isEndedTwice = end > 0 && buffer[end - 1] == '\r'.code.toByte()
        val length = if (isEndedTwice) size - 1 else size
        if (length > limit) {
            throw tooLong("readLine", limit)
        }
        if (end < 0) {
            return if (size == 0L) null else buffer.readString(size)
        }
        val line = buffer.readString(length)
        buffer.skip(size - length + 1)
        return line
    }

    /**
     * Reads to the next [delimiter], and returns what is before it; both are taken.
     *
     * Throws [ByteLimitException] if there are more than [limit] bytes before it, [EOFException] if the stream ends
     * without it; else as [request].
     *
     * @param delimiter at least one byte
     * @param limit 0 to 2,147,483,583 bytes, without the delimiter
     */
    public suspend fun readUntil(delimiter: ByteString, limit: Long = LINE_LIMIT): ByteArray {
        require(delimiter.size > 0) { "readUntil from $origin: an empty delimiter" }
        val at = find(delimiter, limit, "readUntil")
        if (at < 0) {
            throw EOFException("readUntil from $origin: the stream ended before the delimiter had come")
        }
        val found = buffer.readByteArray(at.toInt())
        buffer.skip(delimiter.size.toLong())
        return found
    }

    /**
     * Reads to the next byte that is [delimiter]; else as the other [readUntil].
     *
     * @param limit 0 to 2,147,483,583 bytes, without the delimiter
     */
    public suspend fun readUntil(delimiter: Byte, limit: Long = LINE_LIMIT): ByteArray =
        readUntil(ByteString(delimiter), limit)

    /**
     * Drops exactly [byteCount] bytes, in parts. Throws [EOFException] if the stream ends before; else as [request],
     * but that the parts that have been dropped are gone.
     *
     * @param byteCount 0 or more
     */
    public suspend fun skip(byteCount: Long) {
        require(byteCount >= 0) { "skip of $byteCount bytes from $origin: there are no negative numbers of bytes" }
        var left = byteCount
        while (left > 0) {
            need(1, "skip")
            val part = minOf(left, buffer.size)
            buffer.skip(part)
            left -= part
        }
    }

    /**
     * Moves everything to [sink], or [byteCount] bytes, and flushes it; returns how many bytes it was, which is less
     * than [byteCount] if the stream ends before. No more than a chunk is on its way at any time.
     *
     * Throws the [IOException] that either side fails with. May be called from any thread. If the coroutine is
     * cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException], and what has not been
     * sent is in the buffer of the source or of the sink.
     *
     * @param byteCount 0 or more
     */
    public suspend fun copyTo(sink: ByteSink, byteCount: Long = Long.MAX_VALUE): Long {
        require(byteCount >= 0) { "copyTo from $origin: $byteCount bytes" }
        var copied = 0L
        while (copied < byteCount && !exhausted()) {
            val part = minOf(byteCount - copied, buffer.size)
            sink.write(buffer, part)
            sink.flush()
            copied += part
        }
        sink.flush()
        return copied
    }

    private suspend fun need(byteCount: Long, call: String) {
        if (!request(byteCount)) {
            throw EOFException("$call from $origin: the stream ended after ${buffer.size} of $byteCount bytes")
        }
    }

    /** @return where the delimiter is, at most at [limit] and [spare]; -1 if the stream ends without it */
    private suspend fun find(delimiter: ByteString, limit: Long, call: String, spare: Int = 0): Long {
        require(limit in 0..MOST_LIMIT) { "$call from $origin: a limit of $limit bytes; it must be 0 to $MOST_LIMIT" }
        val most = limit + spare
        var from = 0L
        while (true) {
            val at = buffer.indexOf(delimiter, from)
            if (at in 0..most) {
                return at
            }
            if (at > most || buffer.size >= most + delimiter.size) {
                throw tooLong(call, limit)
            }
            from = maxOf(0, buffer.size - delimiter.size + 1)
            if (!fill()) {
                return -1
            }
        }
    }

    private fun tooLong(call: String, limit: Long) = ByteLimitException(
        "$call from $origin: no end within the limit of $limit bytes; raise it, or close the connection",
    )

    /** One receive. What it took is in the buffer, however it ends. */
    private suspend fun fill(): Boolean {
        if (ended) {
            return false
        }
        val chunk = allocate(chunkSize)
        try {
            ended = receive(chunk).within(idleTimeout).await() < 0
        } finally {
            if (!chunk.isLent && chunk.readable() > 0) {
                buffer.write(chunk.getAll())
            }
            chunk.release()
        }
        return !ended
    }

    /** What it reads from, and how many bytes wait to be read. */
    override fun toString(): String = "source of $origin, with ${buffer.size} bytes"

    private companion object {
        const val LINE_LIMIT = 8192L
        const val MOST_LIMIT = Int.MAX_VALUE - 64L
        val NEWLINE = "\n".encodeToByteString()
    }
}

/** More bytes came than a limit allows, before their end. Nothing was taken. */
public class ByteLimitException internal constructor(message: String) : IOException(message)
