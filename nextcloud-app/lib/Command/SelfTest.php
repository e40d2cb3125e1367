<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Command;

use OCA\VoiceAssist\Service\SelfTest as Test;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Takes the six steps to the daemon and back, and says what to do where one fails. Fails itself when one has failed. */
class SelfTest extends Command {
	private const MARKS = ['ok' => 'ok', 'warning' => '! ', 'error' => 'X ', 'skipped' => '- '];

	public function __construct(private Test $test) {
		parent::__construct();
	}

	protected function configure(): void {
		$this->setName('voiceassist:self-test')
			->setDescription('Checks the way from this Nextcloud to its VoiceAssist daemon and back')
			->addOption('output', null, InputOption::VALUE_REQUIRED, 'plain or json', 'plain');
	}

	protected function execute(InputInterface $input, OutputInterface $output): int {
		$steps = $this->test->run('occ')['steps'];
		if ($input->getOption('output') === 'json') {
			$output->writeln(json_encode($steps, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES));
		} else {
			foreach ($steps as $step) {
				$output->writeln(self::MARKS[$step['state']] . '  ' . $step['title'] . ': ' . $step['detail']);
				if ($step['remedy'] !== '') {
					$output->writeln('    ' . $step['remedy']);
				}
			}
		}
		$failed = array_filter($steps, static fn (array $step): bool => $step['state'] === 'error');
		return $failed === [] ? self::SUCCESS : self::FAILURE;
	}
}
