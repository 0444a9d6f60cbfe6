package dev.ringway;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Several rings, each on a platform thread of its own: by default one for each processor.
///
/// The rings know nothing of each other. What belongs to one stays there: work is spread by choosing a ring for each
/// connection, with [#next()], with [#listen(SocketAddress)], which leaves it to the kernel, or with
/// [AsyncSocket#moveTo(Ring)]. All methods may be called from any thread.
public final class RingGroup implements AutoCloseable, Iterable<Ring> {
    private final String name;
    private final List<Ring> rings;
    private final AtomicInteger next = new AtomicInteger();

    /// For the builder, and for tests that bring rings of their own.
    RingGroup(String name, List<Ring> rings) {
        this.name = name;
        this.rings = List.copyOf(rings);
    }

    /// Starts one ring for each processor, with the default settings.
    ///
    /// @param name of the group; its rings are named `name-0`, `name-1` and so on
    /// @throws BackendUnavailableException if the backend named by `-Dringway.backend` cannot be used, or none can
    public static RingGroup start(String name) throws BackendUnavailableException {
        return builder().start(name);
    }

    /// Settings for a group.
    public static Builder builder() {
        return new Builder();
    }

    /// How many rings there are, at least 1.
    public int size() {
        return rings.size();
    }

    /// One of the rings.
    ///
    /// @param index from 0 to [#size()] - 1
    /// @throws IndexOutOfBoundsException if there is no such ring
    public Ring ring(int index) {
        return rings.get(Objects.checkIndex(index, rings.size()));
    }

    /// Each ring in turn: every one is returned equally often.
    public Ring next() {
        return rings.get(Math.floorMod(next.getAndIncrement(), rings.size()));
    }

    /// The ring that the calling thread polls, or null on any other thread.
    public @Nullable Ring current() {
        for (Ring ring : rings) {
            if (ring.isOwner()) {
                return ring;
            }
        }
        return null;
    }

    /// The rings, in their order; cannot be used to remove one.
    @Override
    public Iterator<Ring> iterator() {
        return rings.iterator();
    }

    /// Listens on one address with a socket on each ring, with SO_REUSEPORT: Linux spreads new connections over them.
    ///
    /// With port 0 the first socket gets a port, and the others share it. The future gets the listeners, in the order
    /// of the rings, on a polling thread, or the failure; then, and if it was cancelled, no listener stays open. Only
    /// processes of the same user can join the port. See `man 7 socket`.
    ///
    /// @param address a resolved [InetSocketAddress]
    /// @throws IllegalArgumentException for a [UnixDomainSocketAddress], which only one socket can have: listen on one
    ///                                  ring, and spread connections with [AsyncSocket#moveTo(Ring)]
    public CompletableFuture<List<AsyncListener>> listen(SocketAddress address) {
        if (Objects.requireNonNull(address, "address") instanceof UnixDomainSocketAddress) {
            throw new IllegalArgumentException("listen on " + address + ": only one socket can have a Unix address;"
                    + " listen on one ring, and use AsyncSocket.moveTo");
        }
        return new GroupListen(rings).on(address);
    }

    /// Closes all rings at the same time, as [Ring#close()] does: waits until the last has ended, at most for the
    /// longest close deadline. On the polling thread of one of them it only asks all of them to end.
    @Override
    public void close() {
        long asked = System.nanoTime();
        rings.forEach(Ring::askToEnd);
        if (current() == null) {
            rings.forEach(ring -> ring.awaitEnd(asked));
        }
    }

    /// Name and size.
    @Override
    public String toString() {
        return name + ", " + rings.size() + " rings";
    }

    /// One listener for each ring, or none at all.
    private static final class GroupListen {
        private final List<Ring> rings;
        private final CompletableFuture<List<AsyncListener>> result = new CompletableFuture<>();

        GroupListen(List<Ring> rings) {
            this.rings = rings;
        }

        CompletableFuture<List<AsyncListener>> on(SocketAddress address) {
            CompletableFuture<AsyncListener> first = start(rings.getFirst(), address);
            var _ = first.thenCompose(listener -> listener.prepareLocalAddress().future())
                    .whenComplete((bound, failure) -> {
                        boolean joins = failure == null && address instanceof InetSocketAddress;
                        join(first, joins ? withPort((InetSocketAddress) address, bound) : null);
                    });
            return result;
        }

        private static CompletableFuture<AsyncListener> start(Ring ring, SocketAddress address) {
            return ring.net().prepareListen(address).reusePort().future();
        }

        private static SocketAddress withPort(InetSocketAddress asked, SocketAddress bound) {
            return new InetSocketAddress(asked.getAddress(), ((InetSocketAddress) bound).getPort());
        }

        /// @param address that the others listen on; null if the first has failed
        private void join(CompletableFuture<AsyncListener> first, @Nullable SocketAddress address) {
            List<CompletableFuture<AsyncListener>> all = new ArrayList<>(List.of(first));
            if (address != null) {
                for (Ring ring : rings.subList(1, rings.size())) {
                    all.add(CompletableFuture.completedFuture(ring).thenCompose(other -> start(other, address)));
                }
            }
            var _ = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .whenComplete((nothing, failure) -> finish(all, failure));
        }

        private void finish(List<CompletableFuture<AsyncListener>> all, @Nullable Throwable failure) {
            Stream<AsyncListener> made = all.stream()
                    .filter(listener -> !listener.isCompletedExceptionally())
                    .map(CompletableFuture::join);
            List<AsyncListener> listeners = made.toList();
            boolean taken = failure == null ? result.complete(listeners) : !result.completeExceptionally(failure);
            if (!taken || failure != null) {
                listeners.forEach(AsyncListener::close);
            }
        }
    }

    /// Settings for a group. Every one has a default.
    public static final class Builder {
        private int size = Runtime.getRuntime().availableProcessors();
        private Ring.Builder settings = Ring.builder();

        private Builder() {}

        /// How many rings, at least 1; by default one for each processor that the JVM may use.
        public Builder size(int rings) {
            if (rings < 1) {
                throw new IllegalArgumentException("size: " + rings + " rings; there must be at least 1");
            }
            size = rings;
            return this;
        }

        /// Settings of every ring, but for its name.
        public Builder rings(Ring.Builder each) {
            settings = Objects.requireNonNull(each, "each");
            return this;
        }

        /// Makes the rings and runs each on a platform thread of its own, which is no daemon. If one cannot be made,
        /// those before it are closed again.
        ///
        /// @param name of the group; its rings are named `name-0`, `name-1` and so on
        /// @throws BackendUnavailableException if the backend that was asked for cannot be used, or none can
        public RingGroup start(String name) throws BackendUnavailableException {
            Objects.requireNonNull(name, "name");
            List<Ring> rings = new ArrayList<>();
            boolean complete = false;
            try {
                while (rings.size() < size) {
                    rings.add(settings.start(name + "-" + rings.size()));
                }
                complete = true;
            } finally {
                if (!complete) {
                    new RingGroup(name, rings).close();
                }
            }
            return new RingGroup(name, rings);
        }
    }
}
