/**
 * oclif's hook for a command that there is not: names those that are written nearly so. At a terminal oclif's own plugin asks whether to run
 * the nearest; elsewhere nobody could answer. Loaded after a failed look-up only.
 */
import type {Hook} from '@oclif/core';
import {GoheapError} from '../base/errors.js';
import {nearestWords} from '../base/nearest-words.js';
import {didYouMean} from './usage-error.js';

const hook: Hook.CommandNotFound = async function (options) {
  const {config} = options;
  const words = process.argv.slice(2) as [string, ...string[]]; // options.id has the arguments in it
  const isTopic = config.topics.some(({name}) => name === words[0]) && words[1] !== undefined && !words[1].startsWith('-');
  const id = words.slice(0, isTopic ? 2 : 1).join(' ');
  const argv = words.slice(isTopic ? 2 : 1);
  const commands = config.commands.filter(({hidden}) => !hidden).map((command) => command.id.replaceAll(':', ' '));
  const near = nearestWords(id, commands);
  const problem = new GoheapError('usage', `no command ${id}`, {
    hint: `${didYouMean(near)}${config.bin} --help lists the commands.`,
  });
  const canAsk = process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY && !process.env.CI && !process.argv.includes('--json');
  if (!canAsk || near.length === 0) throw problem;
  const {default: ask} = await import('@oclif/plugin-not-found');
  const fail = (): never => {
    throw problem; // after 'no'
  };
  return ask.call({...this, config, warn: () => {}, error: fail}, {...options, id: id.replaceAll(' ', ':'), argv});
};

export default hook;
