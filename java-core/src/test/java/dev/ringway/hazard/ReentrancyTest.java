package dev.ringway.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncCloseable;
import dev.ringway.AsyncFd;
import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSink;
import dev.ringway.AsyncSocket;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Completion;
import dev.ringway.Each;
import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.IntCompletion;
import dev.ringway.IntOperation;
import dev.ringway.Iteration;
import dev.ringway.Metadata;
import dev.ringway.MoreSocketOptions;
import dev.ringway.Operation;
import dev.ringway.PipeEnds;
import dev.ringway.ProcessTarget;
import dev.ringway.Readiness;
import dev.ringway.ReceiveFlag;
import dev.ringway.Received;
import dev.ringway.ReceivedLease;
import dev.ringway.Ring;
import dev.ringway.RingGroup;
import dev.ringway.SendFlag;
import dev.ringway.Signal;
import dev.ringway.SignalInfo;
import dev.ringway.SignalNotBlockedException;
import dev.ringway.SocketProtocol;
import dev.ringway.SocketType;
import dev.ringway.TestRings;
import dev.ringway.TlsSocket;
import dev.ringway.UnixAbstractAddress;
import dev.ringway.VsockAddress;
import dev.ringway.WaitOption;
import dev.ringway.WaitStatus;
import dev.ringway.Waker;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.testing.Certificates;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Project;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every public method, called from inside a callback: it works, or throws what its documentation says.
///
/// The methods are those that the API has, so that a new one cannot be forgotten: one whose parameters are not known
/// here fails the test.
@EveryBackend
@Tag("J6")
class ReentrancyTest {
    /// What cannot be done on the polling thread, or not with what is at hand here; everything else has to return.
    private static final Map<String, Class<? extends Throwable>> THROWS = Map.ofEntries(
            Map.entry("Ring.poll", IllegalStateException.class),
            Map.entry("Ring.run", IllegalStateException.class),
            Map.entry("RingProcesses.signals", SignalNotBlockedException.class), // this JVM was not started for it
            Map.entry("Ring.toFileDescriptor", IllegalStateException.class), // it is one
            Map.entry("Ring.prepareToFileDescriptor", IllegalStateException.class),
            Map.entry("AsyncFile.pollEach", UnsupportedOperationException.class), // it is always ready
            Map.entry("AsyncFile.preparePollEach", UnsupportedOperationException.class),
            Map.entry("AsyncSink.spliceTo", IllegalArgumentException.class), // nothing can be taken from it
            Map.entry("AsyncSink.prepareSpliceTo", IllegalArgumentException.class),
            Map.entry("AsyncSource.spliceFrom", IllegalArgumentException.class),
            Map.entry("AsyncSource.prepareSpliceFrom", IllegalArgumentException.class),
            Map.entry("AsyncListener.spliceTo", IllegalArgumentException.class),
            Map.entry("AsyncListener.prepareSpliceTo", IllegalArgumentException.class),
            Map.entry("AsyncListener.spliceFrom", IllegalArgumentException.class),
            Map.entry("AsyncListener.prepareSpliceFrom", IllegalArgumentException.class),
            Map.entry("AsyncSignals.spliceTo", IllegalArgumentException.class),
            Map.entry("AsyncSignals.prepareSpliceTo", IllegalArgumentException.class),
            Map.entry("AsyncSignals.spliceFrom", IllegalArgumentException.class),
            Map.entry("AsyncSignals.prepareSpliceFrom", IllegalArgumentException.class),
            Map.entry("FileWatcher.spliceTo", IllegalArgumentException.class), // it gives events, and takes nothing
            Map.entry("FileWatcher.spliceFrom", IllegalArgumentException.class),
            Map.entry("FileWatcher.prepareSpliceTo", IllegalArgumentException.class),
            Map.entry("FileWatcher.prepareSpliceFrom", IllegalArgumentException.class),
            Map.entry("Operation.join", IllegalStateException.class),
            Map.entry("IntOperation.join", IllegalStateException.class),
            Map.entry("Operation.putBack", IllegalArgumentException.class), // it has produced nothing
            Map.entry("Operation.result", IllegalStateException.class), // it has not finished
            Map.entry("IntOperation.result", IllegalStateException.class),
            Map.entry("Operation.failure", IllegalStateException.class),
            Map.entry("IntOperation.failure", IllegalStateException.class));

    /// Users implement these, and exceptions have no effects.
    private static final Set<Class<?>> NOT_OURS =
            Set.of(Completion.class, IntCompletion.class, Each.class, Waker.class);

    @BeforeAll
    static void prepare() {
        Certificates.prepare();
    }

    @Test
    void everyPublicMethodFromInsideACallback(TestBed bed) throws Exception {
        Files.writeString(bed.directory().resolve("file"), "content");
        Map<String, String> wrong = new TreeMap<>();
        int calls = 0;
        for (Class<?> type : publicTypes()) {
            for (Method method : type.getMethods()) {
                if (method.getDeclaringClass().getPackage() == Ring.class.getPackage()
                        && !method.isSynthetic() && !NOT_OURS.contains(type)
                        && !Throwable.class.isAssignableFrom(type)) {
                    String outcome = call(bed, type, method);
                    calls++;
                    if (!outcome.isEmpty()) {
                        wrong.put(type.getSimpleName() + ": " + method.toGenericString(), outcome);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(calls).as("methods that were called").isGreaterThan(200);
    }

    /// The exported types, nested ones too.
    private static List<Class<?>> publicTypes() throws Exception {
        Path folder = Project.ROOT.resolve("java-core/target/classes/dev/ringway");
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    Class<?> type = Class.forName("dev.ringway." + name.substring(0, name.length() - 6));
                    boolean isPublic = Modifier.isPublic(type.getModifiers())
                            && (type.getEnclosingClass() == null
                                    || Modifier.isPublic(type.getEnclosingClass().getModifiers()));
                    if (isPublic && !type.isAnonymousClass() && type != AsyncFd.class) { // its subclasses have it all
                        found.add(type);
                    }
                }
            }
        }
        return found;
    }

    /// @return what is wrong, or nothing
    private static String call(TestBed bed, Class<?> type, Method method) throws Exception {
        try (World world = new World(bed)) {
            Object[] outcome = new Object[1];
            Object receiver = Modifier.isStatic(method.getModifiers()) ? null : world.value(type, method);
            Object[] arguments = new Object[method.getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = world.argument(method.getParameterTypes()[i], method);
            }
            world.loop.ring().nop((count, failure) -> outcome[0] = invoke(method, receiver, arguments));
            world.loop.until(method + " has been called", () -> outcome[0] != null);
            if (world.loop.ring().isOpen()) {
                assertThat(world.loop.await(world.loop.ring().prepareNop())).isZero();
            }
            return judge(type, method, world, outcome[0]);
        }
    }

    private static final Object NOTHING = new Object();

    private static Object invoke(Method method, Object receiver, Object[] arguments) {
        try {
            Object result = method.invoke(receiver, arguments);
            return result == null ? NOTHING : result;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static String judge(Class<?> type, Method method, World world, Object outcome) {
        String owner = IntOperation.class.isAssignableFrom(type) ? "IntOperation"
                : Operation.class.isAssignableFrom(type) ? "Operation"
                : type.getSimpleName();
        Class<? extends Throwable> expected = THROWS.get(owner + "." + method.getName());
        boolean threw = outcome instanceof Throwable && !Throwable.class.isAssignableFrom(method.getReturnType());
        if (expected != null) {
            return expected.isInstance(outcome) ? "" : "has not thrown " + expected + ", but: " + outcome;
        }
        world.result(outcome);
        return threw ? "threw " + outcome : "";
    }

    // ---- receivers and arguments

    /// One of each, made when it is asked for.
    private static final class World implements AutoCloseable {
        private final TestBed bed;
        private final Loop loop;
        private final List<AutoCloseable> toClose = new ArrayList<>();
        private Pair pair;
        private FileWatcher watcher;
        private Object item;

        World(TestBed bed) {
            this.bed = bed;
            this.loop = bed.loop(options -> {});
            loop.turn();
        }

        private Pair pair() {
            if (pair == null) {
                pair = Pair.open(bed, loop, Transport.UNIX);
            }
            return pair;
        }

        private AsyncListener listener() {
            return loop.await(loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())));
        }

        private TlsSocket tls() {
            AsyncListener listener = listener();
            Outcome<AsyncSocket> accepted = loop.start(listener.prepareAccept());
            AsyncSocket client =
                    loop.await(loop.ring().net().prepareConnect(loop.await(listener.prepareLocalAddress())));
            Outcome<TlsSocket> server =
                    loop.start(TlsSocket.prepareServer(accepted.value(), Certificates.context()));
            loop.await(TlsSocket.prepareClient(client, Certificates.context(), "localhost", 1));
            return server.value();
        }

        private AsyncFile file() {
            return loop.await(loop.ring().files().prepareOpen(
                    bed.directory().resolve("file"), StandardOpenOption.READ, StandardOpenOption.WRITE));
        }

        private FileWatcher watcher() {
            if (watcher == null) {
                watcher = loop.await(loop.ring().files().prepareWatcher());
            }
            return watcher;
        }

        private FileWatcher.Watch watch() {
            return loop.await(watcher().prepareWatch(bed.directory(), FileWatcher.Interest.CREATE));
        }

        private FileEvent event() throws IOException {
            watch();
            Items<FileEvent> events = loop.start(watcher().prepareEventEach());
            Files.createTempFile(bed.directory(), "", "");
            return events.await(1).getFirst();
        }

        private Buf pages() {
            return loop.registeredBuffers(1, Pages.size()).getFirst();
        }

        private PipeEnds pipe() {
            PipeEnds ends = loop.await(loop.ring().streams().preparePipe());
            loop.keep(ends.source());
            loop.keep(ends.sink());
            return ends;
        }

        private Object argument(Class<?> type, Method method) throws IOException {
            if (type != Ring.class || method.getDeclaringClass() != Ring.class) {
                return value(type, method);
            }
            Loop other = bed.loop(options -> {}); // what a ring does with a ring, it does with another
            other.turn();
            toClose.add(other::closeRing);
            return other.ring();
        }

        private Object value(Class<?> type, Method method) throws IOException {
            return switch (type.getSimpleName()) {
                case "Ring" -> loop.ring();
                case "RingFiles" -> loop.ring().files();
                case "RingNet" -> loop.ring().net();
                case "RingStreams" -> loop.ring().streams();
                case "RingTimers" -> loop.ring().timers();
                case "RingProcesses" -> loop.ring().processes();
                case "Wait" -> loop.ring().processes().prepareWaitFor(ProcessTarget.of(process()));
                case "ProcessTarget" -> ProcessTarget.of(ProcessHandle.current());
                case "ProcessHandle" -> ProcessHandle.current();
                case "Process" -> process();
                case "Signal" -> Signal.URG; // which nobody minds
                case "Signal[]" -> new Signal[] {Signal.URG};
                case "SignalInfo" -> new SignalInfo(Signal.URG, 1, 0);
                case "AsyncSignals" -> TestRings.signals(loop.ring(), Signal.realTime(1));
                case "WaitOption" -> WaitOption.EXITED;
                case "WaitOption[]" -> WaitOption.values();
                case "WaitStatus" -> new WaitStatus(1, 0, WaitStatus.Code.EXITED, 0, null);
                case "Code" -> WaitStatus.Code.EXITED;
                case "RingStats" -> loop.ring().stats();
                case "RingGroup" -> closing(RingGroup.builder().size(1).start("reentrancy"));
                case "Builder" -> type == Ring.Builder.class
                        ? Ring.builder().backend(bed.row().backend())
                        : RingGroup.builder().size(1);
                case "Backend" -> bed.row().backend();
                case "BackendChoice" -> loop.ring().backend();
                case "AsyncSocket" -> method.getName().matches("(prepare)?([cC]onnect|[bB]ind|[lL]isten|[sS]endTo)")
                        ? loop.await(loop.ring().net().prepareSocket(StandardProtocolFamily.INET))
                        : pair().near();
                case "TlsSocket" -> tls();
                case "Handshake" -> TlsSocket.prepareServer(pair().near(), Certificates.context());
                case "SSLContext" -> Certificates.context();
                case "SSLEngine" -> Certificates.context().createSSLEngine("localhost", 1);
                case "String[]" -> new String[] {"reentrancy"};
                case "AsyncCloseable", "ByteStream" -> pair().near();
                case "Transfer" -> pair().near().prepareReceive(loop.buffer(1));
                case "AsyncListener" -> listener();
                case "AsyncFile" -> file();
                case "AsyncSource" -> pipe().source();
                case "AsyncSink" -> pipe().sink();
                case "PipeEnds" -> pipe();
                case "Pipe" -> loop.ring().streams().preparePipe();
                case "AsyncFd" -> method.getName().endsWith("To") ? pipe().sink() : pipe().source();
                case "Splice" -> method.getName().equals("at")
                        ? pipe().source().prepareSpliceTo(file(), 1)
                        : file().prepareSpliceTo(pipe().sink(), 1);
                case "Buf" -> method.getName().equals("advise") ? pages() : loop.buffer(64).put("content");
                case "Buf[]" -> new Buf[] {loop.buffer(64).put("content")};
                case "BufPool" -> loop.pool(2, 64);
                case "After" -> loop.ring().timers().prepareAfter(Duration.ofMillis(1));
                case "Nop" -> loop.ring().prepareNop();
                case "Poll" -> pair().near().preparePoll(Readiness.WRITABLE);
                case "List" -> List.of(loop.ring().prepareNop());
                case "Batch" -> loop.ring().prepareBatch(List.of(loop.ring().prepareNop()));
                case "Operation" -> loop.ring().timers().prepareAfter(Duration.ofMillis(1));
                case "IntOperation" -> loop.ring().prepareNop();
                case "Iteration" -> method.getName().equals("putBack")
                        ? delivering()
                        : listener().prepareAcceptEach();
                case "Accept" -> listener().prepareAccept();
                case "ReceiveFrom" -> pair().near().prepareReceiveFrom(loop.buffer(1));
                case "ReceivedLease" -> new ReceivedLease(null, null, false);
                case "Received" -> new Received(1, null, false);
                case "ReceiveFlag[]" -> new ReceiveFlag[] {ReceiveFlag.CMSG_CLOEXEC};
                case "SendFlag[]" -> new SendFlag[] {SendFlag.DONT_ROUTE};
                case "UnixAbstractAddress" -> UnixAbstractAddress.of("name");
                case "VsockAddress" -> new VsockAddress(1, 2);
                case "Connect" -> loop.ring().net().prepareConnect(loop.await(listener().prepareLocalAddress()));
                case "Socket" -> loop.ring().net().prepareSocket(StandardProtocolFamily.INET);
                case "SocketType" -> SocketType.DATAGRAM;
                case "SocketProtocol" -> SocketProtocol.DEFAULT;
                case "SocketOption" -> StandardSocketOptions.SO_KEEPALIVE;
                case "Numbered" -> MoreSocketOptions.numbered("IP_TOS", 0, 1);
                case "Listen" -> loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory()));
                case "Open" -> loop.ring().files().prepareOpen(bed.directory().resolve("file"));
                case "Receive" -> pair().near().prepareReceive(loop.buffer(1));
                case "ReceiveN" -> pair().near().prepareReceiveN(loop.buffer(1), 1);
                case "Send" -> pair().near().prepareSend(loop.bufferOf("x"));
                case "Read" -> type.getEnclosingClass() == AsyncFile.class
                        ? file().prepareRead(loop.buffer(1))
                        : pipe().source().prepareRead(loop.buffer(1));
                case "ReadN" -> type.getEnclosingClass() == AsyncFile.class
                        ? file().prepareReadN(loop.buffer(1), 1)
                        : pipe().source().prepareReadN(loop.buffer(1), 1);
                case "Write" -> type.getEnclosingClass() == AsyncFile.class
                        ? file().prepareWrite(loop.bufferOf("x"))
                        : pipe().sink().prepareWrite(loop.bufferOf("x"));
                case "CreateDirectory" -> loop.ring().files().prepareCreateDirectory(bed.directory().resolve("new"));
                case "FileWatcher" -> watcher();
                case "Start" -> watcher().prepareWatch(bed.directory(), FileWatcher.Interest.ALL);
                case "Watch" -> watch();
                case "FileEvent" -> event();
                case "Interest" -> FileWatcher.Interest.ALL;
                case "Interest[]" -> new FileWatcher.Interest[] {FileWatcher.Interest.ALL};
                case "Stat" -> file().prepareMetadata();
                case "Allocate" -> file().prepareAllocate(0, 1);
                case "Metadata" -> loop.await(file().prepareMetadata());
                case "Field" -> Metadata.Field.SIZE;
                case "Field[]" -> new Metadata.Field[0];
                case "Type" -> Metadata.Type.DIRECTORY;
                case "Advise" -> loop.ring().prepareAdvise(pages(), Buf.Advice.NORMAL);
                case "Advice" -> type == Buf.Advice.class ? Buf.Advice.NORMAL : AsyncFile.Advice.NORMAL;
                case "AllocateMode" -> AsyncFile.AllocateMode.KEEP_SIZE;
                case "AllocateMode[]" -> new AsyncFile.AllocateMode[] {AsyncFile.AllocateMode.KEEP_SIZE};
                case "Readiness" -> Readiness.READABLE;
                case "Completion" -> (Completion<Object>) (value, failure) -> result(value);
                case "IntCompletion" -> (IntCompletion) (count, failure) -> {};
                case "Each" -> (Each<Object>) this::result;
                case "Waker" -> (Waker) () -> {};
                case "CompletionHandler" -> handler();
                case "Runnable" -> (Runnable) () -> {};
                case "Executor" -> (Executor) Runnable::run;
                case "Consumer" -> (Consumer<Object>) thrown -> {};
                case "Duration" -> Duration.ofMillis(1);
                case "SocketAddress" -> loop.await(listener().prepareLocalAddress());
                case "ProtocolFamily" -> StandardProtocolFamily.INET;
                case "Path" -> bed.directory().resolve("file");
                case "OpenOption[]" -> new OpenOption[] {StandardOpenOption.READ};
                case "Set" -> method.getDeclaringClass() == FileWatcher.class
                        ? Set.of(FileWatcher.Interest.ALL)
                        : Set.of();
                case "Charset" -> StandardCharsets.UTF_8;
                case "String" -> method.getName().equals("valueOf") ? anyConstant(method) : "reentrancy";
                case "Object" -> method.getName().matches("option|(prepareS|s)etOption") ? true
                        : item == null ? "an object" : item;
                case "ByteBuffer" -> ByteBuffer.allocateDirect(1);
                case "byte[]" -> new byte[1];
                case "byte" -> (byte) 1;
                case "int" -> number(method);
                case "long" -> method.getName().equals("group") ? Long.MAX_VALUE >> 33 : 1L;
                case "boolean" -> true;
                default -> throw new AssertionError("nothing to call " + method + " on, or with: a " + type);
            };
        }

        private static String anyConstant(Method method) {
            return method.getDeclaringClass().getEnumConstants()[0] instanceof Enum<?> constant
                    ? constant.name()
                    : "no constant";
        }

        /// An fd, an index, or a count.
        private int number(Method method) {
            return switch (method.getDeclaringClass().getSimpleName() + "." + method.getName()) {
                case "RingStreams.source" -> Plain.duplicate(TestRings.fd(pipe().source()));
                case "RingStreams.sink" -> Plain.duplicate(TestRings.fd(pipe().sink()));
                case "RingGroup.ring" -> 0;
                case "Buf.get", "Buf.put" -> 0;
                default -> 1;
            };
        }

        private CompletionHandler<Object, Object> handler() {
            return new CompletionHandler<>() {
                @Override
                public void completed(Object value, Object attachment) {
                    result(value);
                }

                @Override
                public void failed(Throwable failure, Object attachment) {}
            };
        }

        private static Process process() throws IOException {
            return new ProcessBuilder("/bin/true").inheritIO().start();
        }

        /// An iteration that has delivered something just now.
        private Iteration<?> delivering() {
            Items<Buf> items = loop.start(pair().near().prepareReceiveEach(loop.pool(2, 64)));
            pair().farSends("x");
            item = items.await(1).getFirst();
            return items.iteration();
        }

        private <T extends AutoCloseable> T closing(T value) {
            toClose.add(value);
            return value;
        }

        /// What came out has to be given up.
        private void result(Object value) {
            switch (value) {
                case PipeEnds ends -> {
                    loop.keep(ends.source());
                    loop.keep(ends.sink());
                }
                case AsyncCloseable open -> loop.keep(open);
                case Buf buf -> loop.keep(buf);
                case Ring ring when ring == loop.ring() -> {}
                case CompletableFuture<?> future -> {
                    var unused = future.whenComplete((later, failure) -> result(later));
                }
                case Collection<?> all -> all.forEach(this::result);
                case AutoCloseable other -> toClose.add(other);
                case null, default -> {}
            }
        }

        @Override
        public void close() {
            toClose.forEach(World::close);
            if (pair != null) {
                pair.close();
            }
            loop.closeRing();
        }

        private static void close(AutoCloseable each) {
            try {
                each.close();
            } catch (Exception e) {
                throw new AssertionError("close of " + each, e);
            }
        }
    }
}
