package dev.ringway.samples

import dev.ringway.AsyncFile
import dev.ringway.Buf
import dev.ringway.kotlin.open
import dev.ringway.kotlin.read
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.useAsync
import java.io.IOException
import java.nio.file.Path

private const val CHUNK = 1 shl 16

/** `cat-kotlin <file>...`: prints files. */
fun main(args: Array<String>) {
    require(args.isNotEmpty()) { "usage: cat-kotlin <file>..." }
    runRing { ring ->
        ring.buffer(CHUNK).use { buf ->
            for (name in args) {
                ring.files().open(Path.of(name)).useAsync { print(it, buf) }
            }
        }
    }
}

private suspend fun print(file: AsyncFile, buf: Buf) {
    while (file.read(buf) >= 0) {
        System.out.writeBytes(buf.getAll())
        if (System.out.checkError()) {
            throw IOException("standard output is closed")
        }
        buf.clear()
    }
}
