package org.elasticsearch.index;

import java.util.*;
import java.util.concurrent.TimeUnit;
import static org.hamcrest.Matchers.equalTo;

/**
 * Holds the shards of an index.
 *
 * @since 8.0
 */
@Service(name = "index")
@SuppressWarnings({"unchecked", "rawtypes"})
public abstract class IndexService<T extends Shard & Closeable> extends AbstractComponent
    implements Iterable<T>, org.example.Closable {

    public static final int MAX_SHARDS = 1024;
    private final Map<String, List<T>> shards = new HashMap<>(), spare;
    volatile boolean closed;

    static {
        register(IndexService.class);
    }

    // Makes one.
    @Inject
    protected IndexService(Settings settings, T... shards) throws IOException {
        super(settings);
        this.spare = null;
    }

    /** Gives a shard. */
    @Override
    public <K extends Comparable<K>> Optional<T> shard(final K key, int[] ids)
        throws ShardNotFoundException, IllegalStateException {
        Runnable task = () -> shards.forEach((k, v) -> close(k));
        Comparator<T> order = Comparator.comparing(Shard::id).reversed();
        if (key instanceof String s && !s.isEmpty()) {
            return Optional.of(new LinkedList<T>(shards.get(s)).getFirst());
        }
        return new Object() {
            Optional<T> none() { return Optional.empty(); }
        }.none();
    }

    abstract void refresh();

    @FunctionalInterface
    public interface Listener extends EventListener, Consumer<Event> {
        int PRIORITY = 1;

        void onEvent(Event event);

        default void onClose() {}
    }

    public enum State implements Coded {
        OPEN(1),
        CLOSED(2) {
            @Override
            public String label() { return "closed"; }
        };

        private final int code;

        State(int code) { this.code = code; }

        public String label() { return name().toLowerCase(Locale.ROOT); }
    }

    public record ShardId(String index, int id) implements Comparable<ShardId> {
        public ShardId {
            Objects.requireNonNull(index);
        }

        @Override
        public int compareTo(ShardId other) { return Integer.compare(id, other.id); }
    }

    static class Builder { Builder with(String... names) { return this; } }
}

@Retention(RetentionPolicy.RUNTIME)
@interface Experimental {
    String reason() default "";
}

sealed interface Result permits Ok, Failed {}
