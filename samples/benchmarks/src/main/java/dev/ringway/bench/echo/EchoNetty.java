package dev.ringway.bench.echo;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// TCP echo with Netty: one event loop. Takes `epoll`, `io_uring` or `buffer-ring`, and the port.
final class EchoNetty {
    private static final short BUFFER_GROUP = 1;

    private EchoNetty() {}

    public static void main(String[] arguments) throws InterruptedException {
        String transport = arguments[0];
        boolean epoll = transport.equals("epoll");
        boolean bufferRing = transport.equals("buffer-ring");
        IoHandlerFactory handlers = epoll
                ? EpollIoHandler.newFactory()
                : bufferRing ? IoUringIoHandler.newFactory(withBufferRing()) : IoUringIoHandler.newFactory();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, handlers);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(epoll ? EpollServerSocketChannel.class : IoUringServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, ServerProcess.BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new Echo());
                    }
                });
        if (bufferRing) {
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
        }
        Channel listener = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1])))
                .sync()
                .channel();
        ServerProcess.printReady(
                listener.localAddress(), "Netty " + ServerProcess.version("netty-transport") + ", " + transport);
        ServerProcess.closeWhenInputEnds(loop::shutdownGracefully);
        listener.closeFuture().sync();
    }

    private static IoUringIoHandlerConfig withBufferRing() {
        return new IoUringIoHandlerConfig()
                .setBufferRingConfig(IoUringBufferRingConfig.builder()
                        .bufferGroupId(BUFFER_GROUP)
                        .bufferRingSize((short) ServerProcess.POOL_BUFFERS)
                        .batchSize(ServerProcess.POOL_BUFFERS)
                        .allocator(new IoUringFixedBufferRingAllocator(ServerProcess.BUFFER_BYTES))
                        .build());
    }

    /// Writes back what is read, and flushes once a batch.
    @ChannelHandler.Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            System.err.println(context.channel() + ": " + failure);
            context.close();
        }
    }
}
