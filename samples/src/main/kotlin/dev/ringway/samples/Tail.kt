package dev.ringway.samples

import dev.ringway.AsyncFile
import dev.ringway.AsyncSink
import dev.ringway.Buf
import dev.ringway.FileWatcher
import dev.ringway.FileWatcher.Interest
import dev.ringway.Metadata
import dev.ringway.Ring
import dev.ringway.kotlin.closeAndJoin
import dev.ringway.kotlin.eventFlow
import dev.ringway.kotlin.metadata
import dev.ringway.kotlin.open
import dev.ringway.kotlin.read
import dev.ringway.kotlin.readN
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.unwatch
import dev.ringway.kotlin.useAsync
import dev.ringway.kotlin.watchDirectory
import dev.ringway.kotlin.watchFile
import dev.ringway.kotlin.watcher
import dev.ringway.kotlin.writeAll
import java.io.IOException
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import kotlinx.coroutines.flow.filter

/**
 * `tail-kotlin [-f] [-n <lines>] <file>`: prints the last lines of a file, 10 if nobody says how many, and with `-f`
 * goes on with what is written to it, until it is interrupted. It follows the name as [Tail] does.
 */
fun main(args: Array<String>) {
    val options = Tail.Options.of("tail-kotlin", *args)
    runRing { ring ->
        ring.streams().stdout().useAsync { out ->
            ring.buffer(Tail.CHUNK).use { buf ->
                if (options.follow) {
                    ring.files().watcher().useAsync { watcher ->
                        Following(ring, options.path, watcher, buf, out).run(options.lines)
                    }
                } else {
                    ring.files().open(options.path).useAsync { it.print(it.lastLines(options.lines, buf), buf, out) }
                }
            }
        }
    }
}

/** Where the last lines of the file begin. */
internal suspend fun AsyncFile.lastLines(lines: Int, buf: Buf): Long {
    val size = metadata().size().orElseThrow()
    var left = lines
    var end = size - 1 // the last byte ends no other line
    while (end > 0 && left > 0) {
        val length = minOf(end, buf.capacity().toLong()).toInt()
        end -= length
        readN(buf.clear(), length, end)
        for (i in length - 1 downTo 0) {
            if (buf.peek(i) == '\n'.code.toByte() && --left == 0) return end + i + 1
        }
    }
    return if (left == 0) size else 0
}

/** Returns how far it has come: the end of the file. */
private suspend fun AsyncFile.print(from: Long, buf: Buf, out: AsyncSink): Long {
    var at = from
    while (read(buf.clear(), at) >= 0) {
        at += out.writeAll(buf)
    }
    return at
}

private class Following(
    private val ring: Ring,
    private val path: Path,
    private val watcher: FileWatcher,
    private val buf: Buf,
    private val out: AsyncSink,
) {
    private val files = ArrayDeque<Followed>() // the last one has the name

    /** What changes after a watch has begun is told, so watches begin before the first look. */
    suspend fun run(lines: Int) {
        watcher.watchDirectory(path.resolveSibling(""), Interest.CREATE, Interest.MOVE)
        files += open().apply { at = file.lastLines(lines, buf) }
        look()
        watcher.eventFlow().filter { it.path() == path || it.isOverflow }.collect { event ->
            if (!event.modified()) takeUp()
            look()
        }
    }

    private suspend fun look() {
        files.forEach { it.print() } // the older one first: its last bytes are there
        while (files.size > 2) {
            files.removeFirst().close()
        }
    }

    private suspend fun takeUp() {
        try {
            val now = open()
            if (now.isSameAs(files.last())) { // but the watch of before may be of another one
                val before = files.removeLast()
                now.at = before.at
                before.close()
            } else {
                System.err.println("tail-kotlin: $path has been replaced")
            }
            files += now
        } catch (_: NoSuchFileException) {
            // it is told when there is one again
        }
    }

    /** If the name goes to another file between the two, that is told, and this is called again. */
    private suspend fun open(): Followed {
        val watch = watcher.watchFile(path, Interest.MODIFY, Interest.METADATA)
        try {
            val file = ring.files().open(path)
            return Followed(watch, file, file.metadata())
        } catch (failure: IOException) {
            watcher.unwatch(watch)
            throw failure
        }
    }

    /**
     * A file that has the name, or had it, and how much of it has been printed. While it is open no other file can get
     * its inode.
     */
    private inner class Followed(val watch: FileWatcher.Watch, val file: AsyncFile, val metadata: Metadata) {
        var at = 0L

        fun isSameAs(other: Followed) =
            metadata.inode() == other.metadata.inode() && metadata.device() == other.metadata.device()

        suspend fun print() {
            if (file.metadata().size().orElseThrow() < at) {
                System.err.println("tail-kotlin: $path has been truncated")
                at = 0
            }
            at = file.print(at, buf, out)
        }

        suspend fun close() {
            watcher.unwatch(watch)
            file.closeAndJoin()
        }
    }
}
