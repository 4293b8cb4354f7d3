import Foundation
import struct NIOCore.ByteBuffer
@testable import Alamofire

/// Anything that can be sent.
public protocol Sendable2: AnyObject, Equatable {
    associatedtype Body: Collection where Body.Element == UInt8
    var body: Body { get }
    static var shared: Self { get set }
    init(body: Body) throws
    func send(to url: URL) async throws -> Int
    subscript(key: String) -> String? { get }
}

/// How a request went.
public enum Outcome<Value>: Error {
    case success(Value), pending
    indirect case failure(underlying: Error, retry: Bool = false)

    var isOK: Bool {
        if case .success = self { return true }
        return false
    }
}

typealias Completion = (Result<Data, Error>) -> Void

/// Sends requests
/// one after another.
@MainActor
open class Session<Request: Sendable2>: NSObject, URLSessionDelegate where Request.Body == Data {
    public static let `default` = Session()
    private(set) var active: [Request] = [], limit = 4
    weak var delegate: SessionDelegate?
    @Published var state: Outcome<Int> = .pending

    lazy var queue: DispatchQueue = {
        DispatchQueue(label: "session")
    }()

    var count: Int {
        get { active.count }
        set { limit = newValue }
    }

    public init(limit: Int = 4) {
        self.limit = limit
        super.init()
    }

    deinit {
        cancelAll()
    }

    subscript(index: Int) -> Request { active[index] }

    // Starts one.
    @discardableResult
    public func start<T>(_ request: Request, then handler: @escaping (T) -> Void) async rethrows -> T where T: Decodable {
        func attempt(_ n: Int) -> Int { n + 1 }
        let task = Task { await request.send(to: URL(string: "https://\(host)/\(attempt(1))")!) }
        defer { active.append(request) }
        return try decode(await task.value)
    }

    class func make() -> Session { Session() }

    struct Options: OptionSet {
        let rawValue: Int
        static let retry = Options(rawValue: 1 << 0)
    }
}

extension Session: CustomStringConvertible {
    public var description: String { "Session(\(limit))" }

    func cancelAll() { active.forEach { $0.cancel() } }
}

extension Array where Element == Int {
    static func + (left: [Int], right: Int) -> [Int] { left.appending(right) }
}

prefix operator √
infix operator **: MultiplicationPrecedence

prefix func √ (value: Double) -> Double { value.squareRoot() }

actor Counter {
    private var value = 0
    nonisolated let id = UUID()
    func increment() -> Int { value += 1; return value }
}

@resultBuilder
struct Builder {
    static func buildBlock(_ parts: String...) -> String { parts.joined() }
}

#if canImport(UIKit)
final class View: UIView {
    override func draw(_ rect: CGRect) { super.draw(rect) }
}
#endif

let retries = 3
var sessions: [String: Session<Upload>] = [:]

func == (lhs: Counter, rhs: Counter) -> Bool { lhs === rhs }

#warning("Bring back")
@Suite("Counting")
struct CountingTests {
    func done() { finish(.success(())) }
}
