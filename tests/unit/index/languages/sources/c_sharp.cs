using System;
using System.Collections.Generic;
using static System.Math;
using Json = System.Text.Json.JsonSerializer;
global using Xunit;

[assembly: InternalsVisibleTo("Tests")]

namespace Polly.Retry;

/// <summary>Decides what happens after a failure.</summary>
/// <remarks>One per policy.</remarks>
public interface IRetryPolicy<in T> where T : notnull
{
    int Attempts { get; }
    event EventHandler<RetryArgs>? Retried;
    ValueTask<bool> ShouldRetryAsync(T outcome, CancellationToken token = default);
}

public delegate TimeSpan Backoff(int attempt);

[Flags]
public enum Reason : byte
{
    None = 0,
    Timeout = 1,
    [Obsolete("use Timeout")]
    Slow = Timeout,
}

public record struct RetryArgs(int Attempt, TimeSpan Delay);

public sealed record Outcome<T>(T? Result, Exception? Error = null) : IOutcome
{
    public bool IsOk => Error is null;
}

// Split: the other half is generated.
public abstract partial class RetryPolicy<T> : PolicyBase<T>, IRetryPolicy<T>, IDisposable
    where T : notnull
{
    private const int MaxAttempts = 5;
    private static readonly Dictionary<string, Backoff> Known = new(), Custom = new();

    public event EventHandler<RetryArgs>? Retried;

    public event Action Closed
    {
        add { _closed += value; }
        remove { _closed -= value; }
    }

    static RetryPolicy() => Known["none"] = _ => TimeSpan.Zero;

    protected RetryPolicy(int attempts, Backoff backoff)
        : base(backoff)
    {
        Attempts = Min(attempts, MaxAttempts);
    }

    ~RetryPolicy() => Dispose(false);

    public int Attempts { get; private set; }

    public Backoff this[string name]
    {
        get => Known[name];
        set => Known[name] = value;
    }

    /// <summary>Runs once more when it is worth it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public virtual async Task<Outcome<T>> ExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask<T>> action,
        TState state)
    {
        bool Worth(int attempt) => attempt < Attempts;
        for (var attempt = 0; Worth(attempt); attempt++)
        {
            await Task.Delay(Known["linear"](attempt)).ConfigureAwait(false);
            Retried?.Invoke(this, new RetryArgs(attempt, TimeSpan.Zero));
        }
        return new Outcome<T>(default) { };
    }

    public static RetryPolicy<T> operator +(RetryPolicy<T> left, RetryPolicy<T> right) => left;

    public static implicit operator bool(RetryPolicy<T> policy) => policy.Attempts > 0;

    ValueTask<bool> IRetryPolicy<T>.ShouldRetryAsync(T outcome, CancellationToken token) => new(true);

    partial void OnRetried(int attempt);

#if NET8_0
    public struct Probe
    {
        public Probe() { }
        public readonly int Count = 1;
    }
#endif
}

internal static class Extensions
{
    public static string Describe<T>(this Outcome<T> outcome) where T : class
        => $"{nameof(Outcome<T>)}: {outcome.Result?.ToString() ?? "none"}";
}
