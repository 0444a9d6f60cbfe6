package dev.ringway.samples

import dev.ringway.AsyncSink
import dev.ringway.Buf
import dev.ringway.kotlin.open
import dev.ringway.kotlin.read
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.useAsync
import dev.ringway.kotlin.writeAll
import java.nio.file.Path

private const val CHUNK = 1 shl 16

/** `cat-kotlin [<file>...]`: prints files, or its input where none is given or one is `-`. */
fun main(args: Array<String>) = runRing { ring ->
    ring.streams().stdout().useAsync { out ->
        ring.buffer(CHUNK).use { buf ->
            for (name in if (args.isEmpty()) arrayOf("-") else args) {
                if (name == "-") {
                    ring.streams().stdin().useAsync { input -> print(buf, out) { input.read(it) } }
                } else {
                    ring.files().open(Path.of(name)).useAsync { file -> print(buf, out) { file.read(it) } }
                }
            }
        }
    }
}

private suspend fun print(buf: Buf, out: AsyncSink, read: suspend (Buf) -> Int) {
    while (read(buf.clear()) >= 0) {
        out.writeAll(buf)
    }
}
