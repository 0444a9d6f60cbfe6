package dev.ringway.storm;

import dev.ringway.AsyncFd;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Iteration;
import dev.ringway.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Accepts, one by one or by iteration; the peer connects.
///
/// Even lines listen on unix sockets, odd ones on TCP; the listeners of the first half are closed now and then, which
/// has to make the next connect fail at once; those of the other half stay, and every connection is accounted for in
/// the end.
final class AcceptLine extends Line {
    private static final Way[] WITHOUT_CLOSE = {Way.OWNER, Way.OTHER, Way.TIMEOUT};
    private static final Duration QUIET = Duration.ofMillis(100);

    private final boolean each;
    private final boolean closes;
    private final Path directory;
    private @Nullable AsyncListener listener;
    private @Nullable Clients clients;
    private int renewals;

    AcceptLine(Storm storm, int number, int lines, Path directory, boolean each) {
        super(storm, number);
        this.each = each;
        this.closes = number < lines / 2;
        this.directory = directory;
    }

    private AsyncListener listener() {
        return java.util.Objects.requireNonNull(listener);
    }

    private Clients clients() {
        return java.util.Objects.requireNonNull(clients);
    }

    @Override
    Way[] ways() {
        return closes ? Way.values() : WITHOUT_CLOSE;
    }

    @Override
    AsyncFd target() {
        return listener();
    }

    @Override
    Runnable peerAct() {
        Clients present = clients();
        return present::connect;
    }

    @Override
    Shot prepare(Way way, @Nullable Duration limit) {
        return each ? iteration(way, limit) : oneShot(way, limit);
    }

    private Shot oneShot(Way way, @Nullable Duration limit) {
        Operation<AsyncSocket> accept = listener().prepareAccept();
        if (limit != null) {
            accept.timeout(limit);
        }
        Shot[] self = new Shot[1];
        Shot shot = new Shot(way, accept, () -> accept.start((socket, failure) -> {
            if (socket == null == (failure == null)) {
                storm.wrong(this + ": " + socket + " and " + failure);
            }
            if (socket != null) {
                accepted(socket);
            }
            if (self[0].way == Way.CLOSE && storm.oneIn(4)) {
                listener().close(); // from its own callback
                storm.peer.now(clients()::mustRefuse);
            }
            completed(Kind.ACCEPT, self[0], outcome(self[0], failure), failure);
        }), accept::cancel);
        self[0] = shot;
        return shot;
    }

    private Shot iteration(Way way, @Nullable Duration limit) {
        Iteration<AsyncSocket> accepts = listener().prepareAcceptEach();
        if (limit != null) {
            accepts.idleTimeout(limit);
        }
        Shot[] self = new Shot[1];
        int[] items = new int[1];
        Shot shot = new Shot(way, accepts, () -> accepts.start(socket -> {
            items[0]++;
            if (self[0].cancelledHere) {
                storm.wrong(this + ": a socket after cancel");
            }
            accepted(socket);
            if (self[0].way == Way.CLOSE && storm.oneIn(4)) {
                self[0].cancelledHere = true;
                listener().close(); // from its own callback
                storm.peer.now(clients()::mustRefuse);
            }
        }, (nothing, failure) -> {
            if (failure == null) {
                storm.wrong(this + ": an accept iteration ended by itself");
            }
            Tally.Outcome outcome = items[0] > 0 ? Tally.Outcome.VALUE : Tally.Outcome.CANCELLED;
            completed(Kind.ACCEPT_EACH, self[0], outcome, failure);
        }), accepts::cancel);
        self[0] = shot;
        return shot;
    }

    private void accepted(AsyncSocket socket) {
        clients().greet(socket);
        if (storm.random.nextBoolean()) {
            socket.close();
        } else {
            storm.other.now(socket::close);
        }
    }

    // ---- targets

    @Override
    void renew() {
        Clients past = clients;
        if (past != null) {
            storm.peer.now(() -> {
                past.mustRefuse();
                past.settle(false);
            });
        }
        storm.ring.net().listen(address(), (fresh, failure) -> {
            if (fresh == null) {
                storm.wrong(this + ": listen failed: " + failure);
                end();
                return;
            }
            listener = fresh;
            fresh.localAddress((address, nameFailure) -> {
                if (address == null) {
                    storm.wrong(this + ": its address: " + nameFailure);
                    end();
                    return;
                }
                clients = new Clients(storm, address);
                next();
            });
        });
    }

    /// Every listener has an address of its own, so that nobody else can answer after its close.
    private SocketAddress address() {
        int listenerNumber = renewals++;
        if (number % 2 == 0) {
            return UnixDomainSocketAddress.of(directory.resolve("l-" + each + "-" + number + "-" + listenerNumber));
        }
        try {
            byte[] loopback = {127, (byte) (1 + number + (each ? 100 : 0)), (byte) (listenerNumber >> 8),
                (byte) Math.max(1, listenerNumber & 0xff)};
            return new InetSocketAddress(InetAddress.getByAddress(loopback), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is still in the backlog comes out, and then every connection must have been seen.
    @Override
    void retire() {
        listener().prepareAccept().timeout(QUIET).start((socket, failure) -> {
            if (socket != null) {
                accepted(socket);
                retire();
            } else if (failure instanceof SocketTimeoutException) {
                listener().close((nothing, closeFailure) -> {
                    Clients past = clients();
                    storm.peer.now(() -> {
                        past.mustRefuse();
                        long tooLate = past.settle(true);
                        if (each) {
                            storm.tally.countLate(Kind.ACCEPT_EACH, tooLate);
                        } else if (tooLate > 0) {
                            storm.wrong(this + ": " + tooLate + " connections were accepted and given to nobody");
                        }
                    });
                    end();
                });
            } else {
                storm.wrong(this + ": the last accept failed: " + failure);
                end();
            }
        });
    }
}
