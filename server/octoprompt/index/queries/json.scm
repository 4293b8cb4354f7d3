; Two levels of keys, and of the third those that hold something.
(document (object (pair key: (string) @name) @definition.key))
(document (object (pair value: (object (pair key: (string) @name) @definition.key))))
(document (object (pair value: (object (pair value: (object
  (pair key: (string) @name value: [(object) (array)]) @definition.key))))))
