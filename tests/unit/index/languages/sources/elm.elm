module Main exposing (Model, main)

import Browser
import Html exposing (Html, div)
import Json.Decode as Decode

type alias Model = { count : Int, name : String }

{-| What happens. -}
type Msg
    = Increment Int
    | Reset

main : Program () Model Msg
main =
    Browser.sandbox { init = init, update = update, view = view }

update : Msg -> Model -> Model
update msg model =
    case msg of
        Increment n -> { model | count = model.count + n }
        Reset -> init

port save : String -> Cmd msg
