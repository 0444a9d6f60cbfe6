package dev.ringway.samples

import dev.ringway.Backend
import dev.ringway.Ring
import dev.ringway.kotlin.open
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.useAsync
import java.nio.file.Path
import kotlin.io.path.writeText
import kotlin.random.Random
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** Where the last lines begin, by the two that look for them from the end, and by one that takes all lines. */
class LastLinesTest {
    @TempDir
    lateinit var directory: Path

    @ParameterizedTest
    @MethodSource("backends")
    fun `are found in both languages`(backend: Backend) {
        val random = Random(1)
        val lines = List(40) { "x".repeat(if (it % 4 == 0) random.nextInt(Tail.CHUNK) else random.nextInt(3)) }
        val long = "x".repeat(Tail.CHUNK)
        for (text in listOf("", "\n", "\n\n", "x", "$long\n", "\n$long", "x\n$long\n", lines.joinToString("\n"))) {
            val path = directory.resolve("file").also { it.writeText(text) }
            val all = text.split(Regex("(?<=\n)")).filter { it.isNotEmpty() }
            for (count in listOf(0, 1, 2, 10, 39, 40, 41)) {
                val expected = all.dropLast(count).sumOf { it.length.toLong() }
                assertThat(inJava(backend, path, count)).isEqualTo(expected)
                assertThat(inKotlin(backend, path, count)).isEqualTo(expected)
            }
        }
    }

    private fun inJava(backend: Backend, path: Path, count: Int) =
        Ring.builder().backend(backend).start("tail").use { ring ->
            ring.files().prepareOpen(path).join().use { Tail.lastLines(it, count, ring.buffer(Tail.CHUNK)) }
        }

    private fun inKotlin(backend: Backend, path: Path, count: Int) =
        runRing(builder = Ring.builder().backend(backend)) { ring ->
            ring.files().open(path).useAsync { it.lastLines(count, ring.buffer(Tail.CHUNK)) }
        }

    companion object {
        @JvmStatic
        fun backends(): List<Backend> = Rows.backends()
    }
}
