package dev.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import dev.ringway.testing.ReferenceLinks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every public symbol is documented, by links that lead somewhere, and every operation names its man page and what it
/// can fail with, every number its unit or range.
class DocumentedTest {
    private static final Path SOURCES = Path.of("src/main/java").toAbsolutePath();
    private static final Path GENERATED = Path.of("src/generated/java").toAbsolutePath();
    private static final Pattern FINDING = Pattern.compile("error: |: no comment|: no main description");
    /// What every operation has.
    private static final Set<String> COMMON = Set.of("start", "timeout", "idleTimeout");
    private static final Pattern OPERATION =
            Pattern.compile("(Operation|IntOperation|Iteration|Flow\\.Publisher)\\b.*");
    private static final String THE_SAME = "The long form of";
    private static final Pattern FAILURE = Pattern.compile("\\[[\\w.]+Exception]");
    private static final Set<String> NUMBERS = Set.of("int", "long", "double", "Duration");
    private static final Pattern UNIT_OR_RANGE = Pattern.compile("\\b(bytes|milliseconds|positive|negative|at least"
            + "|at most|zero|\\d[\\d,]* (to|or more)|from \\d|such as \\d)\\b");

    @Test
    void everyPublicSymbolIs(@TempDir Path directory) throws URISyntaxException, IOException {
        Path jspecify = Path.of(
                NullMarked.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ToolProvider javadoc = ToolProvider.findFirst("javadoc").orElseThrow();
        StringWriter said = new StringWriter();
        try (PrintWriter out = new PrintWriter(said)) {
            javadoc.run(out, out, "-quiet", "-d", directory.toString(), "--module-path", jspecify.toString(),
                    "--module-source-path", "dev.ringway=" + SOURCES + ":" + GENERATED, "--module", "dev.ringway",
                    "-Xdoclint:all", "-Xmaxwarns", "10000");
        }
        // Each finding is followed by the line of the source; the private fields of what is Serializable count too
        List<String> lines = said.toString().lines().toList();
        List<String> findings = IntStream.range(0, lines.size() - 1)
                .filter(i -> FINDING.matcher(lines.get(i)).find() && !lines.get(i + 1).contains("private "))
                .mapToObj(lines::get)
                .toList();
        assertThat(findings).isEmpty();

        Path page = directory.resolve("dev.ringway/dev/ringway/AsyncListener.html");
        assertThat(ReferenceLinks.link(directory, null)).isGreaterThan(100);
        String linked = Files.readString(page);
        assertThat(linked).contains("See <a href=\"https://man7.org/linux/man-pages/man2/accept.2.html\">"
                + "<code>man 2 accept</code></a>.");
        ReferenceLinks.link(directory, null);
        assertThat(page).as("done once more").hasContent(linked);
    }

    @Test
    void everyManPageIsOneThatIsKnown() throws IOException {
        List<String> unknown = new ArrayList<>();
        try (Stream<Path> files = Files.list(SOURCES.resolve("dev/ringway"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                ReferenceLinks.unknown(Files.readString(file))
                        .forEach(page -> unknown.add(file.getFileName() + ": man " + page));
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyOperationNamesItsManPage() throws IOException {
        assertThat(methods((method, type) -> isOperation(method)
                && !method.says(THE_SAME) && !ReferenceLinks.isNamed(method.comment))).isEmpty();
        assertThat(methods((method, type) -> isOperation(method)).size()).isGreaterThan(140);
    }

    @Test
    void everyOperationTellsWhatItFailsWithOrItsTypeDoes() throws IOException {
        assertThat(methods((method, type) -> isOperation(method) && !method.says(THE_SAME)
                && !FAILURE.matcher(method.comment + type).find())).isEmpty();
    }

    @Test
    void everyNumberHasAUnitOrARange() throws IOException {
        assertThat(methods((method, type) -> !method.says(THE_SAME) && method.numbers()
                .anyMatch(number -> !UNIT_OR_RANGE.matcher(method.about(number)).find()))).isEmpty();
        assertThat(methods((method, type) -> method.numbers().findAny().isPresent()).size()).isGreaterThan(60);
    }

    private static boolean isOperation(Method method) {
        Tree result = method.tree.getReturnType();
        return result != null && OPERATION.matcher(result.toString()).matches() && !COMMON.contains(method.name());
    }

    /// @param comment above it
    private record Method(MethodTree tree, String comment) {
        String name() {
            return tree.getName().toString();
        }

        boolean says(String words) {
            return comment.contains(words);
        }

        Stream<String> numbers() {
            return tree.getParameters().stream()
                    .filter(parameter -> NUMBERS.contains(parameter.getType().toString()))
                    .map(parameter -> parameter.getName().toString());
        }

        /// What is said of a parameter: its tag, or all that comes before the tags.
        String about(String parameter) {
            Matcher tag = Pattern.compile("(?s)@param\\s+" + parameter + "\\s(.*?)(@|$)").matcher(comment);
            return tag.find() ? tag.group(1) : comment.replaceFirst("(?s)\n *@.*", "");
        }
    }

    /// The public methods with a comment for which something holds; it is told the comment of their outermost type too.
    private static List<String> methods(BiPredicate<Method, String> which) throws IOException {
        List<String> found = new ArrayList<>();
        JavaCompiler compiler = javax.tools.ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.list(SOURCES.resolve("dev/ringway"))) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, null, null,
                    files.getJavaFileObjectsFromPaths(sources.filter(Files::isRegularFile).toList()));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new TreePathScanner<Void, String>() {
                    @Override
                    public Void visitClass(ClassTree type, String outer) {
                        boolean isPublic = type.getModifiers().getFlags().contains(Modifier.PUBLIC) || outer != null;
                        return isPublic ? super.visitClass(type, outer == null ? comment() : outer) : null;
                    }

                    @Override
                    public Void visitMethod(MethodTree method, String outer) {
                        Set<Modifier> flags = method.getModifiers().getFlags();
                        Tree.Kind owner = getCurrentPath().getParentPath().getLeaf().getKind();
                        if (!comment().isEmpty() && (flags.contains(Modifier.PUBLIC)
                                || (owner == Tree.Kind.INTERFACE && !flags.contains(Modifier.PRIVATE)))
                                && which.test(new Method(method, comment()), outer)) {
                            found.add(unit.getSourceFile().getName().replaceAll(".*/", "") + ": " + method.getName()
                                    + method.getParameters().stream().map(VariableTree::getName).toList());
                        }
                        return null;
                    }

                    private String comment() {
                        TreePath here = getCurrentPath();
                        String comment = docs.getDocComment(here);
                        return comment == null ? "" : comment;
                    }
                }.scan(unit, null);
            }
        }
        return found;
    }
}
