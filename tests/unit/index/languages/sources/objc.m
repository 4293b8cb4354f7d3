#import <Foundation/Foundation.h>
#import "AFClient.h"
@class NSURL;

typedef void (^Handler)(NSData *data, NSError *error);
static NSString * const kName = @"name";

@protocol AFDelegate <NSObject>
- (void)client:(AFClient *)client didFail:(NSError *)error;
@end

// Sends requests.
@interface AFClient : NSObject <AFDelegate>
@property (nonatomic, strong) NSURL *baseURL;
+ (instancetype)sharedClient;
- (void)get:(NSString *)path parameters:(NSDictionary *)parameters;
@end

@implementation AFClient
+ (instancetype)sharedClient { return [[self alloc] init]; }
- (void)get:(NSString *)path parameters:(NSDictionary *)parameters {
    [self.session dataTaskWithURL:[NSURL URLWithString:path]];
    helper(3);
}
@end

static int helper(int x) { return x + 1; }
