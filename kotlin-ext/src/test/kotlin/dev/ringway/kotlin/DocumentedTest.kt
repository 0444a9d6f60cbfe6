package dev.ringway.kotlin

import dev.ringway.testing.Project
import dev.ringway.testing.ReferenceLinks
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveAtLeastSize
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.exists
import org.junit.jupiter.api.Test

/** The KDoc of every door names its man page, what it throws, what cancelling it does, and the units of its numbers. */
class DocumentedTest {
    @Test
    fun `every door names its man page`() {
        val doors = functions.filter { it.isDoor }
        doors.filter { !ReferenceLinks.isNamed(it.comment) }.map { "$it" } shouldBe emptyList()
        doors.shouldHaveAtLeastSize(70)
        doors.map { "$it" }.shouldContain("AsyncListener.acceptFlow(idleTimeout)")
    }

    @Test
    fun `every man page is one that is known`() {
        sources.flatMap { ReferenceLinks.unknown(Project.text(it)) } shouldBe emptyList()
    }

    @Test
    fun `whatever waits says what it throws and what cancelling does`() {
        val waiting = functions.filter { it.isSuspend || it.isFlow }
        waiting.filter { !it.says(THROWS, AS_ANOTHER) }.map { "$it" } shouldBe emptyList()
        waiting.filter { !it.says("cancelled", AS_ANOTHER) }.map { "$it" } shouldBe emptyList()
        waiting.shouldHaveAtLeastSize(90)
    }

    @Test
    fun `every number has a unit or a range`() {
        val numbers = functions.flatMap { function -> function.numbers.map { function to it } }
        numbers.filter { (function, number) -> !function.isClear(number) }
            .map { (function, number) -> "$number of $function" } shouldBe emptyList()
        numbers.shouldHaveAtLeastSize(50)
    }

    private class Function(val comment: String, val signature: String) {
        val isSuspend = "suspend " in signature
        val isFlow = "): Flow<" in signature
        private val receiver = Regex("""fun (?:<[^>]*> )?(\w+)\.""").find(signature)?.groupValues?.get(1) ?: ""

        /** Whether it is one over an operation of a type of Java's; what takes any operation at all is none. */
        val isDoor = (isSuspend || isFlow) && receiver != "IntOperation" && JAVA.resolve("$receiver.java").exists()

        private val parameters = Regex("""(\w+): (\w+)""")
            .findAll(signature.substringAfter('('))
            .map { it.destructured }

        /** Parameters that are numbers, but for the time limit that every door has. */
        val numbers = parameters.filter { (name, type) -> type in NUMBERS && name != "timeout" }
            .map { (name, _) -> name }
            .toList()

        fun says(vararg words: String) = words.any { Regex(it).containsMatchIn(comment) }

        /** Whether a parameter has a unit or a range, if that is not left to another function. */
        fun isClear(parameter: String): Boolean {
            val said = Regex("""(?s)@param $parameter (.*?)(@param|$)""").find(comment) ?: return says(AS_ANOTHER)
            return UNIT_OR_RANGE.containsMatchIn(said.value)
        }

        override fun toString() = Regex("""(?:\w+\.)?\w+\(""").find(signature)!!.value +
            parameters.joinToString { (name, _) -> name } + ")"
    }

    private companion object {
        val JAVA: Path = Project.ROOT.resolve("java-core/src/main/java/dev/ringway")
        val NUMBERS = setOf("Int", "Long", "Duration")

        /** More than the CancellationException, of which a sentence of its own tells. */
        const val THROWS = """\bThrows\b|\bthrows what\b|What closing throws"""

        /** The doc leaves it to another function, which it links to. */
        const val AS_ANOTHER = """\b(as|As|like|Like)( the other)? \[\w"""
        val UNIT_OR_RANGE = Regex("""bytes?\b|positive|negative|at (least|most)|\d or more|\d[\d,]* to|from 0|zero""")
        val COMMENT = Regex("""(?s)/\*\*((?:(?!\*/).)*)\*/\s*(public [^/]*?\bfun )""")
        val sources: List<Path> = Project.sources("kotlin-ext/src/main")
        val functions = sources.flatMap { file ->
            val text = Project.text(file)
            COMMENT.findAll(text).map { found ->
                val comment = found.groupValues[1].replace(Regex("""\n\s*\*"""), "")
                Function(comment, signature(text.substring(found.groups[2]!!.range.first)))
            }
        }

        /** To the end of the parameters and the result. */
        fun signature(text: String): String {
            var depth = 0
            val end = text.indices.first { at ->
                if (text[at] == '(') depth++
                text[at] == ')' && --depth == 0
            }
            return text.substring(0, end) + text.substring(end).substringBefore(" =").substringBefore(" {")
        }
    }
}
