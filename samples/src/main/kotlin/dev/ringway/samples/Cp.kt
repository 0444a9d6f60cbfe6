package dev.ringway.samples

import dev.ringway.Buf
import dev.ringway.Metadata
import dev.ringway.Ring
import dev.ringway.kotlin.metadata
import dev.ringway.kotlin.open
import dev.ringway.kotlin.read
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.useAsync
import dev.ringway.kotlin.writeAll
import java.io.IOException
import java.nio.file.InvalidPathException
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.TRUNCATE_EXISTING
import java.nio.file.StandardOpenOption.WRITE
import kotlinx.coroutines.launch

/**
 * `cp-kotlin [-r] <source> <target>`: copies a file, with `-r` a directory and all below it, with a progress bar if
 * standard error is a terminal. Several coroutines copy one file after the other, each with a buffer of its own.
 */
fun main(args: Array<String>) {
    val tree = CopyTree.of("cp-kotlin", *args)
    Progress("cp-kotlin", tree.bytes()).use { progress ->
        runRing { ring ->
            repeat(minOf(Cp.WORKERS, tree.files.size)) {
                launch { ring.buffer(Cp.CHUNK).use { buf -> copyAll(ring, tree, buf, progress) } }
            }
        }
    }
    tree.finish("cp-kotlin")
}

private suspend fun copyAll(ring: Ring, tree: CopyTree, buf: Buf, progress: Progress) {
    while (true) {
        val file = tree.files.poll() ?: return
        try {
            copy(ring, file, buf, progress)
        } catch (failure: IOException) {
            tree.failed(file.source, failure)
        } catch (tooLong: InvalidPathException) {
            tree.failed(file.source, tooLong)
        }
    }
}

private suspend fun copy(ring: Ring, file: CopyTree.Copy, buf: Buf, progress: Progress) {
    ring.files().open(file.source).useAsync { from ->
        val mode = from.metadata(Metadata.Field.PERMISSIONS).permissions().orElseThrow()
        ring.files().open(file.target, WRITE, CREATE, TRUNCATE_EXISTING, permissions = mode).useAsync { to ->
            while (from.read(buf.clear()) >= 0) {
                progress.add(to.writeAll(buf).toLong())
            }
        }
    }
}
