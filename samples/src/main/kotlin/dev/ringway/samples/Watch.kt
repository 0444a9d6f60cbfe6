package dev.ringway.samples

import dev.ringway.FileWatcher.Interest
import dev.ringway.kotlin.eventFlow
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.useAsync
import dev.ringway.kotlin.watch
import dev.ringway.kotlin.watcher
import java.nio.file.Path

private val INTERESTS = arrayOf(
    Interest.CREATE, Interest.DELETE, Interest.MOVE, Interest.MODIFY, Interest.METADATA, Interest.DELETE_SELF,
    Interest.MOVE_SELF,
)

/**
 * `watch-kotlin [-r] <path>...`: prints what happens to files and directories, with `-r` to everything below them too,
 * until it is interrupted.
 */
fun main(args: Array<String>) {
    val recursive = args.firstOrNull() == "-r"
    val paths = args.drop(if (recursive) 1 else 0)
    require(paths.isNotEmpty()) { "usage: watch-kotlin [-r] <path>..." }
    runRing { ring ->
        ring.files().watcher().useAsync { watcher ->
            paths.forEach { watcher.watch(Path.of(it), *INTERESTS, recursive = recursive) }
            println("watching $paths")
            watcher.eventFlow().collect(::println)
        }
    }
}
