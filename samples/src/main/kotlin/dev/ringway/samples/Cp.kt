package dev.ringway.samples

import dev.ringway.kotlin.open
import dev.ringway.kotlin.read
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.useAsync
import dev.ringway.kotlin.writeAll
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.TRUNCATE_EXISTING
import java.nio.file.StandardOpenOption.WRITE

private const val CHUNK = 1 shl 18

/** `cp-kotlin <source> <target>`: copies a file. */
fun main(args: Array<String>) {
    require(args.size == 2) { "usage: cp-kotlin <source> <target>" }
    val source = Path.of(args[0])
    val target = Cp.target(source, Path.of(args[1]))
    val permissions = Files.getPosixFilePermissions(source)
    runRing { ring ->
        ring.files().open(source).useAsync { from ->
            ring.files().open(target, WRITE, CREATE, TRUNCATE_EXISTING, permissions = permissions).useAsync { to ->
                ring.buffer(CHUNK).use { buf ->
                    while (from.read(buf) >= 0) {
                        to.writeAll(buf)
                        buf.clear()
                    }
                }
            }
        }
    }
}
