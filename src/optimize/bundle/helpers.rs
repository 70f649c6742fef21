//! The functions that bundles call, as text.

use crate::graph::Helper;

/// The name of a helper, as long as nothing else has it.
pub fn hint(helper: Helper) -> &'static str {
    match helper {
        Helper::CommonJs => "commonJS",
        Helper::Lazy => "lazy",
        Helper::Namespace => "namespace",
        Helper::Interop => "interop",
        Helper::Required => "required",
        Helper::Evaluate => "evaluate",
        Helper::Address => "address",
    }
}

/// What declares the helper.
pub fn keyword(helper: Helper) -> &'static str {
    match helper {
        Helper::Address => "var ",
        _ => "function ",
    }
}

/// What follows its name.
pub fn text(helper: Helper) -> &'static str {
    match helper {
        // An element that is no script may have the name `currentScript`.
        Helper::Address => {
            " = (typeof document === \"object\" && document.currentScript && document.currentScript.tagName.toUpperCase() === \"SCRIPT\" && document.currentScript.src) || location.href;
"
        }
        // A module whose body throws is run anew by the next `require`, as in Node.
        Helper::CommonJs => {
            "(body, module) {
  return function() {
    if (!module) {
      module = { exports: {} };
      try {
        body.call(module.exports, module.exports, module);
      } catch (error) {
        module = 0;
        throw error;
      }
    }
    return module.exports;
  };
}
"
        }
        // A module whose body throws throws the same whenever it is asked for (ECMA-262, Evaluate).
        Helper::Lazy => {
            "(run, state, error) {
  return function() {
    if (!state) {
      state = 1;
      try {
        run();
      } catch (thrown) {
        state = 2;
        error = thrown;
      }
    }
    if (state === 2) throw error;
  };
}
"
        }
        Helper::Namespace => {
            "(getters) {
  var object = Object.create(null);
  for (var name in getters) Object.defineProperty(object, name, { get: getters[name], enumerable: true });
  Object.defineProperty(object, Symbol.toStringTag, { value: \"Module\" });
  return Object.preventExtensions(object);
}
"
        }
        // The namespace of a CommonJS module: `names` as Node finds them, else all that is there.
        Helper::Interop => {
            "(exports, node, names) {
  var object = Object.create(null);
  var define = function(name, get) {
    Object.defineProperty(object, name, { get: get, enumerable: true });
  };
  var wrapped = !node && exports && exports.__esModule;
  var all = { default: function() { return wrapped ? exports.default : exports; } };
  if (!names) names = exports && /^(object|function)$/.test(typeof exports) ? Object.keys(exports) : [];
  names.forEach(function(name) {
    if (name !== \"default\") all[name] = function() { return exports[name]; };
  });
  Object.keys(all).sort().forEach(function(name) { define(name, all[name]); });
  Object.defineProperty(object, Symbol.toStringTag, { value: \"Module\" });
  return object;
}
"
        }
        // What `require` gives of a module.
        Helper::Required => {
            "(namespace, exports) {
  return function() {
    var object = namespace();
    if (!exports) {
      exports = Object.defineProperty({}, \"__esModule\", { value: true });
      Object.keys(object).forEach(function(name) {
        Object.defineProperty(exports, name, { get: function() { return object[name]; }, enumerable: true });
      });
    }
    return exports;
  };
}
"
        }
        // ECMA-262, 16.2.1.5.3: a module runs when all have run that it waits for, and in the order in which they were met.
        Helper::Evaluate => {
            "(order, run, waits, dependencies) {
  var start = function(at) {
    at.run().then(function() { finish(at); }, function(error) { fail(at, error); });
  };
  var finish = function(at) {
    at.finished = true;
    at.resolve();
    var ready = [];
    gather(at, ready);
    ready.sort(function(a, b) { return a.order - b.order; });
    ready.forEach(function(next) {
      if (next.finished) return;
      if (next.waits) return start(next);
      try {
        next.run();
      } catch (error) {
        return fail(next, error);
      }
      next.finished = true;
      next.resolve();
    });
  };
  var gather = function(at, ready) {
    at.importers.forEach(function(importer) {
      if (importer.finished || ready.includes(importer) || --importer.pending) return;
      ready.push(importer);
      if (!importer.waits) gather(importer, ready);
    });
  };
  var fail = function(at, error) {
    if (at.finished) return;
    at.finished = true;
    at.reject(error);
    at.importers.forEach(function(importer) { fail(importer, error); });
  };
  var evaluation = { order: order, run: run, waits: waits, pending: 0, importers: [] };
  evaluation.done = new Promise(function(resolve, reject) {
    evaluation.resolve = resolve;
    evaluation.reject = reject;
  });
  evaluation.done.catch(function() {});
  dependencies.forEach(function(at) {
    if (!at.finished) {
      evaluation.pending++;
      at.importers.push(evaluation);
    }
  });
  if (!evaluation.pending) start(evaluation);
  return evaluation;
}
"
        }
    }
}
