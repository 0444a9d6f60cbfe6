package dev.ringway.bench.echo;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;

/// TCP echo with the net server of Vert.x: one event loop, on the native transport that it prefers.
final class EchoVertx {
    private EchoVertx() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        Vertx vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        InetAddress loopback = InetAddress.getLoopbackAddress();
        NetServer server = vertx.createNetServer(new NetServerOptions()
                        .setAcceptBacklog(ServerProcess.BACKLOG)
                        .setTcpNoDelay(false)
                        .setHost(loopback.getHostAddress())
                        .setPort(Integer.parseInt(arguments[0])))
                .connectHandler(socket -> socket.handler(socket::write));
        server.listen().toCompletionStage().toCompletableFuture().get();
        ServerProcess.printReady(
                new InetSocketAddress(loopback, server.actualPort()),
                "Vert.x " + ServerProcess.version("vertx-core")
                        + (vertx.isNativeTransportEnabled() ? ", native transport" : ", NIO"));
        ServerProcess.closeWhenInputEnds(vertx::close);
    }
}
