"""Definitions by name, and where names are used."""

from octoprompt.contract.symbols import (
    FindSymbols,
    FindSymbolsParams,
    FindSymbolsResult,
    GetSymbolReferences,
    GetSymbolReferencesParams,
    GetSymbolReferencesResult,
    Reference,
    SymbolHit,
)
from octoprompt.features.registry import Ctx, handles
from octoprompt.index.model import FoundSymbol, FoundUse


@handles(FindSymbols)
async def find_symbols(ctx: Ctx, params: FindSymbolsParams) -> FindSymbolsResult:
    """Find definitions by some letters of their names."""
    index = ctx.app.project(params.project_id).index
    found = await index.find_symbols(params.query, params.limit)
    return FindSymbolsResult(
        symbols=tuple(_symbol(symbol) for symbol in found),
        incomplete=not index.status().symbols_ready,
    )


@handles(GetSymbolReferences)
async def get_symbol_references(
    ctx: Ctx, params: GetSymbolReferencesParams
) -> GetSymbolReferencesResult:
    """Find uses of a name."""
    index = ctx.app.project(params.project_id).index
    found = await index.references(params.name, params.path, params.limit)
    return GetSymbolReferencesResult(
        definitions=tuple(_symbol(symbol) for symbol in found.definitions),
        references=tuple(_reference(use) for use in found.uses),
        truncated=found.truncated,
        incomplete=not index.status().symbols_ready,
    )


def _symbol(symbol: FoundSymbol) -> SymbolHit:
    return SymbolHit(
        name=symbol.name,
        kind=symbol.kind,
        path=symbol.path,
        line=symbol.line,
        end_line=symbol.end_line,
        container=symbol.container,
    )


def _reference(use: FoundUse) -> Reference:
    return Reference(
        path=use.path,
        line=use.line,
        text=use.text,
        kind=use.kind,
        container=use.container,
        resolved=use.resolved,
    )
